//! The first page: what there is, what needs attention, and what to do next.

mod plant;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::Console;
use crate::frame::Frame;
use crate::nouns;
use crate::page;
use crate::visitor::Person;
use plant::Plant;

/// How many of each there are: a picture, and the query.
const COUNTS: [(&str, &str, &str); 5] = [
    ("tenants", "tenant", "{ found: tenants(limit: 1) { total } }"),
    ("entities", "person", "{ found: entities(limit: 1) { total } }"),
    ("groups", "group", "{ found: groups(limit: 1) { total } }"),
    ("resources", "resource", "{ found: resources(limit: 1) { total } }"),
    ("roles", "role", "query($tenantId: ID) { found: roles(limit: 1, tenantId: $tenantId) { total } }"),
];

/// What somebody should look at: the page with it, and the query.
const ATTENTION: [(&str, &str, &str, &str); 4] = [
    (
        "home-requests",
        "requests",
        "/requests?status=pending",
        "query($tenantId: ID) { found: accessRequests(status: pending, limit: 1, tenantId: $tenantId) { total } }",
    ),
    (
        "home-overrides",
        "overrides",
        "/overrides?status=pending",
        "query($tenantId: ID) { found: guardrailOverrides(status: pending, limit: 1, tenantId: $tenantId) { total } }",
    ),
    ("home-expiring", "expiring", "/expiring", "{ found: expiringCredentials(days: 30, limit: 100) { id } }"),
    (
        "home-webhooks",
        "webhooks",
        "/webhooks",
        "query($tenantId: ID) { found: webhooks(limit: 100, tenantId: $tenantId) { items { failingSince } } }",
    ),
];

/// How many there are of something.
struct Count {
    noun: &'static str,
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
    plant: Option<Plant>,
}

/// Where it is.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/", get(answer))
        .route("/try-it", post(plant::make))
        .route("/try-it/remove", post(plant::remove))
}

async fn answer(State(console): State<Console>, person: Person) -> Response {
    let words = person.visitor.words;
    let (counts, attention, plant) =
        tokio::join!(counts(&console, &person), attention(&console, &person), plant::of(&console, &person));
    let title = words.tell("home-title", &[("name", &person.name)]);
    let page = Page {
        next: steps(&counts, &person),
        counts,
        attention,
        plant,
        frame: Frame::of(&person, &words.say("nav-home")),
        title,
    };
    page::show(&person.visitor, &page)
}

/// Asks what a list of this noun holds. Who could only be refused is not asked for: a refusal would be remembered as theirs.
async fn asked(console: &Console, person: &Person, noun: &str, document: &str) -> Option<Value> {
    let reads = nouns::find(noun)?.list.reads;
    if !person.may.any(reads) {
        return None;
    }
    let variables = json!({ "tenantId": person.working_in() });
    let found = console.api.ask(&person.visitor, document, variables).await.ok()?;
    Some(found["found"].clone())
}

async fn counts(console: &Console, person: &Person) -> Vec<Count> {
    let mut counts = Vec::new();
    for (noun, icon, document) in COUNTS {
        let found = asked(console, person, noun, document).await;
        if let Some(total) = found.and_then(|found| found["total"].as_u64()) {
            let name = person.visitor.words.say(&format!("noun-{noun}"));
            counts.push(Count { noun, name, icon, href: format!("/{noun}"), total });
        }
    }
    counts
}

async fn attention(console: &Console, person: &Person) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (key, noun, href, document) in ATTENTION {
        let count = asked(console, person, noun, document).await.map_or(0, |found| many(&found));
        if count > 0 {
            hints.push(Hint { text: person.visitor.words.count(key, count), href });
        }
    }
    hints
}

/// How many things want attention: those of a total or of a list, or the webhooks that fail.
fn many(found: &Value) -> usize {
    let failing = |all: &Vec<Value>| all.iter().filter(|one| !one["failingSince"].is_null()).count();
    let total = || found["total"].as_u64().and_then(|total| usize::try_from(total).ok());
    let all = found.as_array().map(Vec::len).or_else(|| found["items"].as_array().map(failing));
    all.or_else(total).unwrap_or_default()
}

/// The three steps that most likely come next.
fn steps(counts: &[Count], person: &Person) -> Vec<Hint> {
    let few = |noun: &str, most: u64| counts.iter().any(|count| count.noun == noun && count.total <= most);
    let makes = |noun: &str| {
        let form = nouns::find(noun).and_then(|noun| noun.form("create"));
        form.is_some_and(|form| person.may.any(form.needs))
    };
    let all = [
        (makes("tenants") && few("tenants", 0), "home-first-tenant", "/tenants/new/create"),
        (makes("entities") && few("entities", 4), "home-first-entity", "/entities/new/create"),
        (makes("resources") && few("resources", 0), "home-first-resource", "/resources/new/create"),
        (makes("roles") && few("roles", 4), "home-first-role", "/roles/new/create"),
        (true, "home-why", "/why"),
        (true, "home-protect", "/account"),
        (true, "home-ask", "/account/access"),
    ];
    let likely = all.into_iter().filter(|(fits, ..)| *fits).take(3);
    likely.map(|(_, key, href)| Hint { text: person.visitor.words.say(key), href }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wants_attention_is_counted_in_every_form_in_which_it_is_told() {
        assert_eq!(many(&json!({ "total": 3 })), 3);
        assert_eq!(many(&json!([{ "id": "a" }, { "id": "b" }])), 2);
        let webhooks = json!({ "items": [{ "failingSince": null }, { "failingSince": "2026" }] });
        assert_eq!(many(&webhooks), 1);
    }
}
