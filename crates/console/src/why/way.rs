//! The ways by which grants lead from a subject to an object.

use serde_json::Value;

use crate::names::Names;
use crate::nouns::cell;
use crate::words::Words;

/// Where a step of a way stands; ordered from the subject to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Subject,
    /// So many groups away from the subject.
    Group(usize),
    /// A role or a policy.
    Grant,
    Block,
    Scope,
    Object,
}

impl Place {
    /// The word for what stands there.
    pub(super) fn key(self) -> &'static str {
        match self {
            Place::Subject => "why-place-subject",
            Place::Group(_) => "why-place-group",
            Place::Grant => "why-place-grant",
            Place::Block => "why-place-block",
            Place::Scope => "why-place-scope",
            Place::Object => "why-place-object",
        }
    }
}

/// A step of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) place: Place,
    /// What tells it from others in its place.
    pub(super) key: String,
    pub(super) label: String,
    /// More, in small letters.
    pub(super) hint: String,
    /// Its own page.
    pub(super) href: Option<String>,
}

/// The way of one grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// Whether it decided.
    pub(super) decides: bool,
    pub(super) steps: Vec<Step>,
    /// Paths of conditions that do not hold.
    pub(super) unmet: String,
}

/// Grants that met one fate.
pub(super) struct Fate {
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) decides: bool,
    pub(super) ways: Vec<Way>,
}

/// What both ends of every way are called.
pub(super) struct Ends {
    pub(super) subject: Step,
    pub(super) object: Step,
}

/// A part of JSON that is a list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// All that was considered, what decided first.
pub(super) fn fates(explained: &Value, ends: &Ends, names: &Names, words: Words) -> Vec<Fate> {
    let decisive = if explained["allowed"] == true { "allows" } else { "denies" };
    let fate = |one: &Value| {
        let name = one["fate"].as_str().unwrap_or_default().to_owned();
        let told = words.say(&format!("why-fate-{}", name.replace('_', "-")));
        let decides = name == decisive;
        let ways = list(&one["grants"]).iter().map(|grant| Way {
            decides,
            steps: steps(grant, (&name, &told), ends, names, words),
            unmet: list(&grant["unmet"]).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        });
        let ways: Vec<Way> = ways.collect();
        let count = one["count"].as_u64().and_then(|count| usize::try_from(count).ok());
        Fate { name: told, count: count.unwrap_or(ways.len()), decides, ways }
    };
    let mut fates: Vec<Fate> = list(&explained["considered"]).iter().map(fate).collect();
    fates.sort_by_key(|fate| !fate.decides);
    fates
}

/// Names that ways need, by noun and id.
pub(super) fn wanted(explained: &Value) -> Vec<(&'static str, String)> {
    let grants = list(&explained["considered"]).iter().flat_map(|fate| list(&fate["grants"]));
    let scopes = grants.filter_map(|grant| {
        let id = grant["scope_ref"].as_str()?.get(..36)?;
        uuid::Uuid::try_parse(id).ok()?;
        match grant["scope_kind"].as_str()? {
            "tenant" => Some(("tenants", id.to_owned())),
            kind if kind.starts_with("group") => Some(("groups", id.to_owned())),
            _ => None,
        }
    });
    scopes.collect()
}

fn steps(grant: &Value, fate: (&str, &str), ends: &Ends, names: &Names, words: Words) -> Vec<Step> {
    let (fate, told) = fate;
    let mut steps = vec![ends.subject.clone()];
    steps.extend(groups(grant["via"].as_str().unwrap_or_default()));
    steps.push(source(grant, words));
    steps.push(block(grant, told, words));
    steps.push(scope(grant, ends, names, words));
    if !matches!(fate, "other_object" | "other_tenant" | "place_not_in_use") {
        steps.push(ends.object.clone());
    }
    steps
}

/// The groups of a way, from the subject on: they are told from the top down.
fn groups(via: &str) -> impl Iterator<Item = Step> {
    let names = via.strip_prefix("group:").map(|names| names.split(" -> ").rev().collect::<Vec<_>>());
    names.unwrap_or_default().into_iter().enumerate().map(|(nth, name)| Step {
        place: Place::Group(nth),
        key: name.to_owned(),
        label: name.to_owned(),
        hint: String::new(),
        href: None,
    })
}

fn source(grant: &Value, words: Words) -> Step {
    let id = grant["grant"].as_str().unwrap_or_default();
    let step = |key: String, label: String, hint: String, href| Step {
        place: Place::Grant,
        key,
        label,
        hint,
        href,
    };
    match (&grant["role"]["id"], grant["via"].as_str()) {
        (Value::String(role), _) => {
            let name = grant["role"]["name"].as_str().unwrap_or(role).to_owned();
            step(role.clone(), name, words.say("why-by-role"), Some(format!("/roles/{role}")))
        }
        (_, Some("tenant_membership")) => {
            let boundary = grant["boundary"].as_str().unwrap_or_default();
            let href = Some(format!("/tenants/{boundary}"));
            step(format!("membership {boundary}"), words.say("why-by-membership"), String::new(), href)
        }
        _ => step(id.to_owned(), words.say("why-by-policy"), cell::short_id(id), None),
    }
}

fn block(grant: &Value, told: &str, words: Words) -> Step {
    let effect = cell::value_word(grant["effect"].as_str().unwrap_or_default(), words);
    let actions: Vec<&str> = list(&grant["actions"]).iter().filter_map(Value::as_str).collect();
    let id = grant["block"].as_str();
    // The same block may have met different fates by different ways.
    let key = format!("{} {told}", id.or(grant["boundary"].as_str()).unwrap_or_default());
    Step {
        place: Place::Block,
        key,
        label: format!("{effect} {}", actions.join(", ")),
        hint: told.to_owned(),
        href: id.map(|id| format!("/blocks/{id}")),
    }
}

fn scope(grant: &Value, ends: &Ends, names: &Names, words: Words) -> Step {
    let kind = grant["scope_kind"].as_str().unwrap_or_default();
    let what = grant["scope_ref"].as_str().unwrap_or_default();
    let id = what.get(..36).filter(|id| uuid::Uuid::try_parse(id).is_ok());
    let called = match (kind, id) {
        (_, Some(id)) if id == ends.object.key => ends.object.label.clone(),
        ("tenant", Some(id)) => names.get("tenants", id).map_or_else(|| cell::short_id(id), str::to_owned),
        (_, Some(id)) => {
            let group = names.get("groups", id).map_or_else(|| cell::short_id(id), str::to_owned);
            match what.get(37..) {
                Some(beside) if beside != "group" => format!("{group} · {beside}"),
                _ => group,
            }
        }
        (_, None) => what.to_owned(),
    };
    let sort = words.say(&format!("why-scope-{}", kind.replace('_', "-")));
    let (label, hint) = if called.is_empty() { (sort, String::new()) } else { (called, sort) };
    Step { place: Place::Scope, key: format!("{kind} {what}"), label, hint, href: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn end(place: Place, key: &str) -> Step {
        Step { place, key: key.into(), label: key.into(), hint: String::new(), href: None }
    }

    fn told(fate: &str) -> Vec<Fate> {
        let explained = json!({ "allowed": true, "considered": [
            { "fate": "other_action", "count": 0, "grants": [] },
            { "fate": fate, "count": 1, "grants": [{
                "grant": "g", "block": "b", "effect": "allow", "role": { "id": "r", "name": "Reader" },
                "via": "group:Plant -> Line one", "boundary": null, "scope_kind": "object_type",
                "scope_ref": "resource:channel", "actions": ["read"], "unmet": ["context.shift"],
            }] },
        ] });
        let ends = Ends { subject: end(Place::Subject, "s"), object: end(Place::Object, "o") };
        fates(&explained, &ends, &Names::default(), Words::of(crate::words::Language::English))
    }

    #[test]
    fn what_decided_comes_first_and_goes_all_the_way() {
        let fates = told("allows");
        assert!(fates[0].decides && !fates[1].decides);
        let places: Vec<Place> = fates[0].ways[0].steps.iter().map(|step| step.place).collect();
        let groups = [Place::Group(0), Place::Group(1)];
        let all = [Place::Subject, groups[0], groups[1], Place::Grant, Place::Block, Place::Scope, Place::Object];
        assert_eq!(places, all);
        assert_eq!(fates[0].ways[0].steps[1].label, "Line one");
        assert_eq!(fates[0].ways[0].unmet, "context.shift");
    }

    #[test]
    fn what_does_not_cover_the_object_does_not_reach_it() {
        let fates = told("other_object");
        let last = fates[1].ways[0].steps.last().map(|step| step.place);
        assert_eq!(last, Some(Place::Scope));
    }
}
