//! What is different between two states of a thing.

use std::collections::BTreeMap;

use serde_json::Value;

/// A part that is not as it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changed {
    /// Where.
    pub(super) at: String,
    /// What was there.
    pub(super) before: Option<String>,
    /// What is there now.
    pub(super) after: Option<String>,
}

/// Every part that is not as it was, in the order of their names.
pub(super) fn between(before: &Value, after: &Value) -> Vec<Changed> {
    let (mut was, mut is) = (BTreeMap::new(), BTreeMap::new());
    flatten("", before, &mut was);
    flatten("", after, &mut is);
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort();
    names.dedup();
    let changed = names.into_iter().filter(|name| was.get(*name) != is.get(*name));
    changed
        .map(|name| Changed {
            at: name.clone(),
            before: was.get(name).cloned(),
            after: is.get(name).cloned(),
        })
        .collect()
}

fn flatten(at: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                flatten(&at, value, into);
            }
        }
        Value::String(text) => drop(into.insert(at.to_owned(), text.clone())),
        other => drop(into.insert(at.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_not_as_it_was_is_told() {
        let before = json!({ "name": "a", "attributes": { "x": 1, "y": 2 }, "gone": true });
        let after = json!({ "name": "b", "attributes": { "x": 1, "y": 3 }, "new": [1] });
        let told = between(&before, &after);
        let told: Vec<_> =
            told.iter().map(|c| (c.at.as_str(), c.before.as_deref(), c.after.as_deref())).collect();
        let expected = [
            ("attributes.y", Some("2"), Some("3")),
            ("gone", Some("true"), None),
            ("name", Some("a"), Some("b")),
            ("new", None, Some("[1]")),
        ];
        assert_eq!(told, expected);
        assert!(between(&before, &before).is_empty());
    }
}
