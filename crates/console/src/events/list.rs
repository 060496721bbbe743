//! The ledger as a table that can be searched, and watched.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};

use super::chain::Chain;
use super::filters::{self, Filter};
use super::happened::{Happened, spoken_of};
use super::{READS, chain};
use crate::Console;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::names;
use crate::nouns::cell::{self, Cell};
use crate::page;
use crate::visitor::Person;

#[derive(Template)]
#[template(path = "events/list.html")]
struct Page<'p> {
    frame: Frame<'p>,
    filters: Vec<Filter>,
    outcomes: Vec<(&'static str, String)>,
    events: Vec<Happened>,
    chain: Option<Chain>,
    /// Where new ones come from, while they are watched.
    live: Option<String>,
    watch: String,
    stop: String,
    next: Option<String>,
    csv: String,
    lines: String,
    refusal: Option<String>,
}

const DOCUMENT: &str = "query($limit: Int, $after: String, $search: String, $event: String, $outcome: AuditOutcome,
    $tenantId: ID, $actorEntityId: ID, $targetId: ID, $from: String, $to: String) {
  auditLogs(limit: $limit, after: $after, search: $search, event: $event, outcome: $outcome, tenantId: $tenantId,
    actorEntityId: $actorEntityId, targetId: $targetId, from: $from, to: $to) {
    items { id event outcome actorEntityId targetKind targetId tenantId reason permission before after details act
      credentialId address requestId revision stream createdAt } nextCursor } }";

/// Asks for records, unless that could only be refused: the refusal would be remembered as theirs.
pub(super) async fn ask(
    console: &Console,
    person: &Person,
    mut variables: Map<String, Value>,
    limit: usize,
) -> Result<Value, Refusal> {
    let tenant = variables.get("tenantId").and_then(Value::as_str);
    if !person.may_in(console, tenant).await.any(READS) {
        return Err(Refusal::denied(person.visitor.words.say("list-not-yours")));
    }
    variables.insert("limit".to_owned(), limit.into());
    let mut found = console.api.ask(&person.visitor, DOCUMENT, Value::Object(variables)).await?;
    Ok(found["auditLogs"].take())
}

/// `GET /events`.
pub(super) async fn page(State(console): State<Console>, person: Person) -> Response {
    let words = person.visitor.words;
    let asked = ask(&console, &person, filters::variables(&person, &["after"]), 50).await;
    let (found, refusal) = match asked {
        Ok(found) => (found, None),
        Err(refusal) => (Value::Null, Some(refusal.message)),
    };
    let items = found["items"].as_array().cloned().unwrap_or_default();
    let mut wanted = spoken_of(&items);
    for (noun, filter) in [("tenants", "tenantId"), ("entities", "actorEntityId")] {
        wanted.extend(Some((noun, filters::value(filter, &person))).filter(|(_, id)| !id.is_empty()));
    }
    let names = names::of(&console, &person.visitor, wanted).await;
    let is_live = person.visitor.query("live").is_some() && person.visitor.query("after").is_none();
    let newest = items.first().and_then(|item| item["id"].as_str()).unwrap_or_default();
    let page = Page {
        frame: Frame::of(&person, &words.say("nav-events")),
        filters: filters::all(&person, &names),
        outcomes: ["allow", "deny", "error"]
            .into_iter()
            .map(|one| (one, cell::value_word(one, words)))
            .collect(),
        events: items.iter().map(|item| Happened::of(item, &names, &person)).collect(),
        chain: chain::of(&console, &person, &names).await,
        live: (is_live && refusal.is_none())
            .then(|| filters::address("/events/live", &person, &[("newest", newest)])),
        watch: filters::address("/events", &person, &[("live", "1")]),
        stop: filters::address("/events", &person, &[]),
        next: found["nextCursor"]
            .as_str()
            .map(|after| filters::address("/events", &person, &[("after", after)])),
        csv: filters::address("/audit/v1/export", &person, &[("format", "csv")]),
        lines: filters::address("/audit/v1/export", &person, &[("format", "jsonl")]),
        refusal,
    };
    page::show(&person.visitor, &page)
}
