//! The ledger as a table that can be searched.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::difference::{self, Changed};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::frame::Frame;
use crate::may::Need;
use crate::names;
use crate::nouns::cell::{self, Cell};
use crate::page;
use crate::visitor::Person;

const DOCUMENT: &str = "query($after: String, $search: String, $event: String, $outcome: AuditOutcome, $tenantId: ID,
    $actorEntityId: ID, $targetId: ID, $from: String, $to: String) {
  auditLogs(limit: 50, after: $after, search: $search, event: $event, outcome: $outcome, tenantId: $tenantId,
    actorEntityId: $actorEntityId, targetId: $targetId, from: $from, to: $to) {
    items { id event outcome actorEntityId targetKind targetId tenantId reason permission before after details act
      credentialId address requestId revision stream createdAt } total nextCursor } }";

/// What can be asked for, by the names of the query.
const FILTERS: [&str; 8] =
    ["search", "event", "outcome", "tenantId", "actorEntityId", "targetId", "from", "to"];

/// Who may read some of it: any of these.
pub(crate) const READS: &[Need] = &[Need::Tenant("read"), Need::Tenant("manage")];

/// Something that happened.
struct Happened {
    event: String,
    outcome: Cell,
    actor: Cell,
    target: Cell,
    reason: String,
    at: String,
    changed: Vec<Changed>,
    facts: Vec<(String, String)>,
    same_actor: String,
    same_target: String,
}

/// A filter as it stands.
struct Filter {
    name: &'static str,
    label: String,
    value: String,
    shown: String,
    pick: &'static str,
    outcome: bool,
}

#[derive(Template)]
#[template(path = "events/list.html")]
struct Page<'p> {
    frame: Frame<'p>,
    filters: Vec<Filter>,
    outcomes: Vec<(&'static str, String)>,
    events: Vec<Happened>,
    next: Option<String>,
    csv: String,
    lines: String,
    refusal: Option<String>,
}

/// `GET /events`.
pub(super) async fn page(State(console): State<Console>, person: Person) -> Response {
    let words = person.visitor.words;
    let mut variables = Map::new();
    for name in FILTERS.into_iter().chain(["after"]) {
        let value = value(name, &person);
        if !value.is_empty() {
            variables.insert(name.to_owned(), json!(value));
        }
    }
    let tenant = value("tenantId", &person);
    let may = person.may_in(&console, Some(tenant.as_str()).filter(|tenant| !tenant.is_empty())).await;
    // Who could only be refused is not asked for: the refusal would be remembered as theirs.
    let asked = match may.any(READS) {
        true => console.api.ask(&person.visitor, DOCUMENT, Value::Object(variables)).await,
        false => Err(Refusal::denied(words.say("list-not-yours"))),
    };
    let (found, refusal) = match asked {
        Ok(found) => (found, None),
        Err(refusal) => (Value::Null, Some(refusal.message)),
    };
    let items = found["auditLogs"]["items"].as_array().cloned().unwrap_or_default();
    let mut wanted =
        vec![("tenants", value("tenantId", &person)), ("entities", value("actorEntityId", &person))];
    for item in &items {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        wanted.push(("entities", text("actorEntityId")));
        if let Some(noun) = item["targetKind"].as_str().and_then(cell::noun_of) {
            wanted.push((noun, text("targetId")));
        }
    }
    wanted.retain(|(_, id)| !id.is_empty());
    let names = names::of(&console, &person.visitor, wanted).await;
    let title = words.say("nav-events");
    let page = Page {
        frame: Frame::of(&person, &title),
        filters: FILTERS.into_iter().map(|name| filter(name, &person, &names)).collect(),
        outcomes: ["allow", "deny", "error"]
            .into_iter()
            .map(|one| (one, cell::value_word(one, words)))
            .collect(),
        events: items.iter().map(|item| happened(item, &names, &person)).collect(),
        next: found["auditLogs"]["nextCursor"]
            .as_str()
            .map(|after| address("/events", &person, &[("after", after)])),
        csv: address("/audit/v1/export", &person, &[("format", "csv")]),
        lines: address("/audit/v1/export", &person, &[("format", "jsonl")]),
        refusal,
    };
    page::show(&person.visitor, &page)
}

fn filter(name: &'static str, person: &Person, names: &names::Names) -> Filter {
    let value = value(name, person);
    let pick = match name {
        "tenantId" => "tenants",
        "actorEntityId" => "entities",
        _ => "",
    };
    Filter {
        name,
        label: person.visitor.words.say(&format!("events-{}", name.to_lowercase())),
        shown: names.get(pick, &value).unwrap_or(&value).to_owned(),
        outcome: name == "outcome",
        value,
        pick,
    }
}

/// This page or another with the filters that stand, and these.
fn address(path: &str, person: &Person, more: &[(&str, &str)]) -> String {
    let stand = FILTERS.map(|name| (name, value(name, person)));
    address::of(path, stand.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()))
}

/// What a filter is set to; the tenant is one's own unless another is chosen.
fn value(name: &str, person: &Person) -> String {
    let home = || Some(person.working_in().filter(|_| name == "tenantId")?.to_owned());
    person.visitor.query(name).or_else(home).unwrap_or_default()
}

fn happened(item: &Value, names: &names::Names, person: &Person) -> Happened {
    let words = person.visitor.words;
    let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let link = |noun: Option<&'static str>, id: String| match (noun, id.as_str()) {
        (_, "") => Cell::Nothing,
        (Some(noun), _) => Cell::Link {
            href: format!("/{noun}/{id}"),
            text: names.get(noun, &id).map_or_else(|| cell::short_id(&id), str::to_owned),
            hint: id,
        },
        (None, _) => Cell::Code(cell::short_id(&id)),
    };
    let facts = ["permission", "address", "requestId", "credentialId", "act", "details"].into_iter();
    let facts = facts.filter_map(|name| {
        let value = &item[name];
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let empty = value.is_null() || shown == "{}" || shown.is_empty();
        (!empty).then(|| (words.say(&format!("events-{}", name.to_lowercase())), shown))
    });
    Happened {
        event: text("event"),
        outcome: cell::badge(&text("outcome"), words),
        actor: link(Some("entities"), text("actorEntityId")),
        target: link(item["targetKind"].as_str().and_then(cell::noun_of), text("targetId")),
        reason: text("reason"),
        at: text("createdAt"),
        changed: difference::between(&item["before"], &item["after"]),
        facts: facts.collect(),
        same_actor: match text("actorEntityId") {
            id if id.is_empty() => String::new(),
            id => format!("/events?actorEntityId={id}"),
        },
        same_target: match text("targetId") {
            id if id.is_empty() => String::new(),
            id => format!("/events?targetId={id}"),
        },
    }
}
