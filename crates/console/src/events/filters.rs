//! What of the ledger is asked for: the filters of its page, which its stream has as well.

use serde_json::{Map, Value, json};

use crate::address;
use crate::names::Names;
use crate::visitor::Person;

/// What can be asked for, by the names of the query.
const NAMES: [&str; 8] =
    ["search", "event", "outcome", "tenantId", "actorEntityId", "targetId", "from", "to"];

/// A filter as it stands.
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) shown: String,
    pub(super) pick: &'static str,
    pub(super) outcome: bool,
}

/// Every filter as it stands.
pub(super) fn all(person: &Person, names: &Names) -> Vec<Filter> {
    NAMES.into_iter().map(|name| filter(name, person, names)).collect()
}

fn filter(name: &'static str, person: &Person, names: &Names) -> Filter {
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

/// What they are set to, as variables of the query, with these besides.
pub(super) fn variables(person: &Person, more: &[&str]) -> Map<String, Value> {
    let all = NAMES.into_iter().chain(more.iter().copied()).map(|name| (name, value(name, person)));
    all.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// This page or another with the filters that stand, and these.
pub(super) fn address(path: &str, person: &Person, more: &[(&str, &str)]) -> String {
    let stand = NAMES.map(|name| (name, value(name, person)));
    address::of(path, stand.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()))
}

/// What a filter is set to; the tenant is one's own unless another is chosen.
pub(super) fn value(name: &str, person: &Person) -> String {
    let home = || Some(person.working_in().filter(|_| name == "tenantId")?.to_owned());
    person.visitor.query(name).or_else(home).unwrap_or_default()
}
