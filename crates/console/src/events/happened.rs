//! One record of the ledger, ready to be shown.

use serde_json::Value;

use super::difference::{self, Changed};
use crate::names::Names;
use crate::nouns::cell::{self, Cell};
use crate::visitor::Person;

/// Something that happened.
pub(super) struct Happened {
    pub(super) href: String,
    pub(super) event: String,
    pub(super) outcome: Cell,
    pub(super) actor: Cell,
    pub(super) target: Cell,
    pub(super) reason: String,
    pub(super) at: String,
    pub(super) changed: Vec<Changed>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) same_actor: String,
    pub(super) same_target: String,
}

/// The things that records speak of, whose names are wanted.
pub(super) fn spoken_of(items: &[Value]) -> Vec<(&'static str, String)> {
    let mut wanted = Vec::new();
    for item in items {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        wanted.push(("entities", text("actorEntityId")));
        wanted.push(("tenants", text("tenantId")));
        if let Some(noun) = item["targetKind"].as_str().and_then(cell::noun_of) {
            wanted.push((noun, text("targetId")));
        }
    }
    wanted.retain(|(_, id)| !id.is_empty());
    wanted
}

impl Happened {
    /// A record, in somebody's words.
    pub(super) fn of(item: &Value, names: &Names, person: &Person) -> Happened {
        let words = person.visitor.words;
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let facts = ["permission", "address", "requestId", "credentialId", "act", "details"].into_iter();
        let facts = facts.filter_map(|name| {
            let value = &item[name];
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let empty = value.is_null() || shown == "{}" || shown.is_empty();
            (!empty).then(|| (words.say(&format!("events-{}", name.to_lowercase())), shown))
        });
        let others = |name: &str, id: String| match id.as_str() {
            "" => String::new(),
            id => format!("/events?{name}={id}"),
        };
        Happened {
            href: place(&text("stream"), &item["revision"]),
            event: text("event"),
            outcome: cell::badge(&text("outcome"), words),
            actor: thing(Some("entities"), text("actorEntityId"), names),
            target: thing(item["targetKind"].as_str().and_then(cell::noun_of), text("targetId"), names),
            reason: text("reason"),
            at: text("createdAt"),
            changed: difference::between(&item["before"], &item["after"]),
            facts: facts.collect(),
            same_actor: others("actorEntityId", text("actorEntityId")),
            same_target: others("targetId", text("targetId")),
        }
    }
}

/// The page of one record.
pub(super) fn place(stream: &str, revision: &Value) -> String {
    format!("/events/{stream}/{revision}")
}

/// A thing by its id, with a link where it has a page.
pub(super) fn thing(noun: Option<&'static str>, id: String, names: &Names) -> Cell {
    match (noun, id.as_str()) {
        (_, "") => Cell::Nothing,
        (Some(noun), id) => cell::link(noun, id, names),
        (None, _) => Cell::Code(cell::short_id(&id)),
    }
}
