//! The first page: what there is, what needs attention, and what to do next.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};

use crate::Console;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

/// How many of each there are.
const COUNTS: &str = "{ tenants(limit: 1) { total } entities(limit: 1) { total } groups(limit: 1) { total }
  resources(limit: 1) { total } roles(limit: 1) { total } }";
/// What somebody should look at.
const ATTENTION: [(&str, &str); 5] = [
    ("accessRequests", "{ found: accessRequests(status: pending, limit: 1) { total } }"),
    ("guardrailOverrides", "{ found: guardrailOverrides(status: pending, limit: 1) { total } }"),
    ("orphanPolicies", "{ found: orphanPolicies(limit: 100) { id } }"),
    ("expiringCredentials", "{ found: expiringCredentials(days: 30, limit: 100) { id } }"),
    ("webhooks", "{ found: webhooks(limit: 100) { items { failingSince } } }"),
];

const NOUNS: [(&str, &str); 5] = [
    ("tenants", "tenant"),
    ("entities", "person"),
    ("groups", "group"),
    ("resources", "resource"),
    ("roles", "role"),
];

/// How many there are of something.
struct Count {
    name: String,
    icon: &'static str,
    href: String,
    total: u64,
}

/// Something to look at, or to do.
struct Hint {
    text: String,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "home/page.html")]
struct Page<'p> {
    frame: Frame<'p>,
    title: String,
    counts: Vec<Count>,
    attention: Vec<Hint>,
    next: Vec<Hint>,
}

/// Where it is.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/", get(answer))
}

async fn answer(State(console): State<Console>, person: Person) -> Response {
    let counts = console.api.ask_all(&person.visitor, COUNTS, json!({})).await;
    let mut attention = Map::new();
    // Each by itself: one that is refused takes nothing from the others. Only who administers is asked at all, so that the
    // audit log does not fill with what nobody wanted to see.
    for (name, document) in ATTENTION.iter().filter(|_| person.manages_platform) {
        let answer = console.api.ask_all(&person.visitor, document, json!({})).await;
        attention.insert((*name).to_owned(), answer.data["found"].clone());
    }
    let attention = Value::Object(attention);
    let words = person.visitor.words;
    let total = |noun: &str| counts.data[noun]["total"].as_u64();
    let shown = NOUNS.iter().filter_map(|(noun, icon)| {
        let name = words.say(&format!("noun-{noun}"));
        Some(Count { name, icon, href: format!("/{noun}"), total: total(noun)? })
    });
    let title = words.tell("home-title", &[("name", &person.name)]);
    let page = Page {
        counts: shown.collect(),
        attention: needs(&attention, &person),
        next: steps(&counts.data, &person),
        frame: Frame::of(&person, &words.say("nav-home")),
        title,
    };
    page::show(&person.visitor, &page)
}

fn needs(data: &Value, person: &Person) -> Vec<Hint> {
    let total =
        |name: &str| usize::try_from(data[name]["total"].as_u64().unwrap_or_default()).unwrap_or(usize::MAX);
    let many = |name: &str| data[name].as_array().map_or(0, Vec::len);
    let webhooks = data["webhooks"]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failing = webhooks.iter().filter(|one| !one["failingSince"].is_null()).count();
    let all = [
        ("home-requests", total("accessRequests"), "/requests?status=pending"),
        ("home-overrides", total("guardrailOverrides"), "/overrides?status=pending"),
        ("home-orphans", many("orphanPolicies"), "/hygiene"),
        ("home-expiring", many("expiringCredentials"), "/expiring"),
        ("home-webhooks", failing, "/webhooks"),
    ];
    let some = all.into_iter().filter(|(_, count, _)| *count > 0);
    some.map(|(key, count, href)| Hint { text: person.visitor.words.count(key, count), href }).collect()
}

/// The three steps that most likely come next.
fn steps(data: &Value, person: &Person) -> Vec<Hint> {
    let words = person.visitor.words;
    let few = |noun: &str, most: u64| data[noun]["total"].as_u64().is_some_and(|total| total <= most);
    let all = [
        (person.manages_platform && few("tenants", 0), "home-first-tenant", "/tenants/new/create"),
        (person.manages_platform && few("entities", 4), "home-first-entity", "/entities/new/create"),
        (person.manages_platform && few("resources", 0), "home-first-resource", "/resources/new/create"),
        (person.manages_platform && few("roles", 4), "home-first-role", "/roles/new/create"),
        (true, "home-why", "/why"),
        (true, "home-protect", "/account"),
        (!person.manages_platform, "home-ask", "/account/access"),
        (true, "home-events", "/events"),
    ];
    let likely = all.into_iter().filter(|(fits, ..)| *fits).take(3);
    likely.map(|(_, key, href)| Hint { text: words.say(key), href }).collect()
}
