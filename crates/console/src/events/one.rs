//! One record: what was changed, and what else happened around it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::happened::{Happened, place, spoken_of, thing};
use super::{PLATFORM, list};
use crate::Console;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::names;
use crate::nouns::cell::Cell;
use crate::page;
use crate::visitor::Person;

const DOCUMENT: &str =
    "query($tenant: ID, $revision: Int!) { auditLog(tenantId: $tenant, revision: $revision) {
    id event outcome actorEntityId targetKind targetId tenantId reason permission before after details act
    credentialId address requestId revision stream createdAt } }";

/// How many are shown of what else happened.
const MOST_AROUND: usize = 12;
/// How long before and after counts as around, in seconds.
const AROUND: i64 = 300;

#[derive(Template)]
#[template(path = "events/one.html")]
struct Page<'p> {
    frame: Frame<'p>,
    event: Happened,
    tenant: Cell,
    revision: String,
    before: Option<String>,
    after: Option<String>,
    earlier: Option<String>,
    later: Option<String>,
    around: Vec<Around>,
}

/// What else happened: a heading, and records.
struct Around {
    title: String,
    events: Vec<Happened>,
}

/// `GET /events/{stream}/{revision}`.
pub(super) async fn page(
    State(console): State<Console>,
    Path((stream, revision)): Path<(String, String)>,
    person: Person,
) -> Response {
    let Ok(revision) = revision.parse::<i64>() else { return page::nothing_here(person.visitor).await };
    let tenant = Some(&stream).filter(|stream| *stream != PLATFORM);
    let item = match at(&console, &person, tenant, revision).await {
        Ok(item) => item,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let (earlier, later) = (revision.saturating_sub(1), revision.saturating_add(1));
    let beside = async |revision| {
        let found = at(&console, &person, tenant, revision).await;
        found.ok().map(|_| place(&stream, &json!(revision)))
    };
    let found = around(&console, &person, &item, tenant).await;
    let all: Vec<Value> = found.iter().flat_map(|(_, items)| items).chain([&item]).cloned().collect();
    let names = names::of(&console, &person.visitor, spoken_of(&all)).await;
    let words = person.visitor.words;
    let shown = |items: &[Value]| items.iter().map(|one| Happened::of(one, &names, &person)).collect();
    let pretty =
        |state: &Value| (!state.is_null()).then(|| serde_json::to_string_pretty(state).unwrap_or_default());
    let page = Page {
        frame: Frame::of(&person, item["event"].as_str().unwrap_or_default()),
        event: Happened::of(&item, &names, &person),
        tenant: match tenant {
            Some(tenant) => thing(Some("tenants"), tenant.clone(), &names),
            None => Cell::Text(words.say("value-platform")),
        },
        revision: revision.to_string(),
        before: pretty(&item["before"]),
        after: pretty(&item["after"]),
        earlier: beside(earlier).await,
        later: beside(later).await,
        around: found
            .iter()
            .filter(|(_, items)| !items.is_empty())
            .map(|(key, items)| Around { title: words.say(key), events: shown(items) })
            .collect(),
    };
    page::show(&person.visitor, &page)
}

/// The record at a place.
async fn at(
    console: &Console,
    person: &Person,
    tenant: Option<&String>,
    revision: i64,
) -> Result<Value, Refusal> {
    let variables = json!({ "tenant": tenant, "revision": revision });
    let mut found = console.api.ask(&person.visitor, DOCUMENT, variables).await?;
    Ok(found["auditLog"].take())
}

/// What happened in the same request, by the same one around then, and to the same thing: each without the record itself.
async fn around(
    console: &Console,
    person: &Person,
    item: &Value,
    tenant: Option<&String>,
) -> Vec<(&'static str, Vec<Value>)> {
    let at = item["createdAt"].as_str().and_then(moment);
    let window = at.map(|at| (shown(at - AROUND), shown(at + AROUND + 1)));
    let asked = |name: &str, value: &Value, from: Option<&(String, String)>| -> Option<Map<String, Value>> {
        let value = value.as_str().filter(|value| !value.is_empty())?;
        let mut variables = Map::from_iter([(name.to_owned(), json!(value))]);
        variables.extend(tenant.map(|tenant| ("tenantId".to_owned(), json!(tenant))));
        if let Some((from, to)) = from {
            variables.insert("from".to_owned(), json!(from));
            variables.insert("to".to_owned(), json!(to));
        }
        Some(variables)
    };
    let wanted = [
        ("events-around-request", asked("search", &item["requestId"], window.as_ref())),
        ("events-around-actor", asked("actorEntityId", &item["actorEntityId"], window.as_ref())),
        ("events-around-target", asked("targetId", &item["targetId"], None)),
    ];
    let mut told = vec![item["id"].clone()];
    let mut found = Vec::new();
    for (key, variables) in wanted {
        let Some(variables) = variables else { continue };
        let answer = list::ask(console, person, variables, MOST_AROUND).await.unwrap_or_default();
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let items: Vec<Value> = items.into_iter().filter(|one| !told.contains(&one["id"])).collect();
        told.extend(items.iter().map(|one| one["id"].clone()));
        found.push((key, items));
    }
    found
}

/// Seconds since 1970 of a moment as the door writes it.
fn moment(text: &str) -> Option<i64> {
    atoll_base::Moment::parse_rfc3339(text).map(atoll_base::Moment::seconds)
}

fn shown(seconds: i64) -> String {
    atoll_base::Moment(seconds.saturating_mul(1_000_000)).rfc3339()
}
