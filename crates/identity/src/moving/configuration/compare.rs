//! What leads from how a tenant is to how it should be.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{Configuration, Item};

/// What becomes of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub what: &'static str,
    /// Which.
    pub key: String,
    /// What happens.
    pub change: Change,
}

/// What happens to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is made.
    Made,
    /// Fields of it change: name, before, after.
    Changed(Vec<(String, String, String)>),
    /// It is taken away.
    Removed,
}

/// Every step, in the order of the files.
pub(super) fn compare(have: &Configuration, want: &Configuration) -> Vec<Step> {
    let mut steps = Vec::new();
    if have.tenant != want.tenant {
        let fields = fields(&have.tenant, &want.tenant);
        steps.push(Step { what: "tenant", key: want.tenant.name.clone(), change: Change::Changed(fields) });
    }
    part(&mut steps, have.groups.as_ref(), want.groups.as_ref());
    part(&mut steps, have.resources.as_ref(), want.resources.as_ref());
    part(&mut steps, have.roles.as_ref(), want.roles.as_ref());
    part(&mut steps, have.assignments.as_ref(), want.assignments.as_ref());
    part(&mut steps, have.policies.as_ref(), want.policies.as_ref());
    part(&mut steps, have.profiles.as_ref(), want.profiles.as_ref());
    part(&mut steps, have.guardrails.as_ref(), want.guardrails.as_ref());
    part(&mut steps, have.tests.as_ref(), want.tests.as_ref());
    steps
}

fn part<T: Item>(steps: &mut Vec<Step>, have: Option<&Vec<T>>, want: Option<&Vec<T>>) {
    let Some(want) = want else { return };
    let known: BTreeMap<String, &T> = have.into_iter().flatten().map(|one| (one.key(), one)).collect();
    let wanted: BTreeMap<String, &T> = want.iter().map(|one| (one.key(), one)).collect();
    for (key, one) in &wanted {
        let change = match known.get(key) {
            None => Change::Made,
            Some(there) => match fields(*there, *one) {
                none if none.is_empty() => continue,
                fields => Change::Changed(fields),
            },
        };
        steps.push(Step { what: T::WHAT, key: key.clone(), change });
    }
    for key in known.keys().filter(|key| !wanted.contains_key(*key)) {
        steps.push(Step { what: T::WHAT, key: key.clone(), change: Change::Removed });
    }
}

/// The fields in which two differ.
fn fields<T: Item>(before: &T, after: &T) -> Vec<(String, String, String)> {
    let [before, after] = [before, after].map(|one| match serde_json::to_value(one) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    });
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let show = |value: Option<&Value>| match value {
        None => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let differ = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differ.map(|name| (name.clone(), show(before.get(name)), show(after.get(name)))).collect()
}
