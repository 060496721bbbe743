//! One value of a page, ready to be shown.

use serde_json::Value;

use super::model::{Column, Show};
use crate::names::Names;
use crate::words::Words;

/// How much of a value a table shows.
const MOST_CHARS: usize = 200;

/// Characters of an id.
pub(crate) const ID_CHARS: usize = 36;

/// One value.
pub(crate) enum Cell {
    /// There is none.
    Nothing,
    /// Text.
    Text(String),
    /// Text of programs.
    Code(String),
    /// A thing with a page; the hint is its id.
    Link { href: String, text: String, hint: String },
    /// One of a few words, in one of a few colours.
    Badge { tone: &'static str, text: String },
    /// A moment.
    Time(String),
    /// Words of their owner's.
    Tags(Vec<String>),
}

/// Things that a column refers to by id.
pub(super) fn wanted<'v>(
    columns: &'v [Column],
    row: &'v Value,
) -> impl Iterator<Item = (&'static str, String)> + 'v {
    columns.iter().filter_map(move |column| {
        let value = row.pointer(column.at)?.as_str()?;
        match column.show {
            Show::Ref(noun) => Some((noun, value.to_owned())),
            Show::Subject(beside) | Show::Object(beside) => {
                Some((noun_of(value)?, row.pointer(beside)?.as_str()?.to_owned()))
            }
            _ => None,
        }
    })
}

/// The noun whose pages show things of this kind.
pub(crate) fn noun_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "entity" => "entities",
        "group" | "object_group" | "principal_group" => "groups",
        "resource" => "resources",
        "tenant" => "tenants",
        "role" => "roles",
        "policy" | "direct_policy" => "policies",
        "credential" => return None,
        _ => return None,
    })
}

/// The value of a column in a row.
pub(super) fn cell(column: &Column, row: &Value, noun: &str, names: &Names, words: Words) -> Cell {
    let Some(value) = row.pointer(column.at).filter(|value| !value.is_null()) else { return Cell::Nothing };
    let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match column.show {
        Show::Name => name(row, noun, &text()),
        Show::Text => Cell::Text(shortened(&text())),
        Show::Code => Cell::Code(shortened(&text())),
        Show::Badge => badge_of(column.key, &text(), words),
        Show::Time => Cell::Time(text()),
        Show::Tags => Cell::Tags(tags(value, words)),
        Show::YesNo => badge(if value == true { "yes" } else { "no" }, words),
        Show::Ref(noun) => link(noun, &text(), names),
        Show::Subject(beside) | Show::Object(beside) => referred(&text(), row.pointer(beside), names, words),
        Show::Block => Cell::Link {
            href: format!(
                "/blocks/{}",
                row.pointer(column.at).and_then(|block| block["id"].as_str()).unwrap_or_default()
            ),
            text: block(value, words),
            hint: String::new(),
        },
        Show::Json => Cell::Code(shortened(&value.to_string())),
    }
}

fn name(row: &Value, noun: &str, text: &str) -> Cell {
    match row["id"].as_str() {
        Some(id) => Cell::Link { href: format!("/{noun}/{id}"), text: text.to_owned(), hint: id.to_owned() },
        None => Cell::Text(text.to_owned()),
    }
}

/// A thing by its id: what it is called, and its page.
pub(crate) fn link(noun: &str, id: &str, names: &Names) -> Cell {
    let text = names.get(noun, id).map_or_else(|| short_id(id), str::to_owned);
    Cell::Link { href: format!("/{noun}/{id}"), text, hint: id.to_owned() }
}

fn referred(kind: &str, id: Option<&Value>, names: &Names, words: Words) -> Cell {
    let id = id.and_then(Value::as_str);
    match (noun_of(kind), id) {
        (Some(noun), Some(id)) => link(noun, id, names),
        (None, Some(id)) => Cell::Text(format!("{} {}", value_word(kind, words), short_id(id))),
        (_, None) => Cell::Text(value_word(kind, words)),
    }
}

/// The end of an id: ids of one moment begin alike.
pub(crate) fn short_id(id: &str) -> String {
    match id.char_indices().rev().nth(7) {
        Some((from, _)) if from > 0 => format!("…{}", &id[from..]),
        _ => id.to_owned(),
    }
}

/// The word for a value of an enumeration; the value where there is none.
pub(crate) fn value_word(value: &str, words: Words) -> String {
    let key: String =
        value.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    words.may_say(&format!("value-{key}")).unwrap_or_else(|| value.to_owned())
}

/// The same, where a value may have another word in this column than elsewhere.
pub(crate) fn badge_of(column: &str, value: &str, words: Words) -> Cell {
    match (words.may_say(&format!("value-{column}-{value}")), badge(value, words)) {
        (Some(text), Cell::Badge { tone, .. }) => Cell::Badge { tone, text },
        (_, badge) => badge,
    }
}

/// One of a few words, in the colour that its meaning has.
pub(crate) fn badge(value: &str, words: Words) -> Cell {
    let tone = match value.to_lowercase().as_str() {
        "active" | "allow" | "approved" | "delivered" | "ok" | "yes" | "current" | "true" | "success" => {
            "badge-ok"
        }
        "frozen" | "suspended" | "pending" | "waiting" | "degraded" | "paused" | "require_override"
        | "standby" => "badge-warn",
        "deleted" | "deny" | "denied" | "dead" | "failed" | "error" | "revoked" | "disabled" | "false" => {
            "badge-bad"
        }
        "human" | "device" | "service" | "workload" | "application" => "badge-info",
        _ => "badge-quiet",
    };
    Cell::Badge { tone, text: value_word(value, words) }
}

fn tags(value: &Value, words: Words) -> Vec<String> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let tag = |one: &Value| match one {
        Value::String(text) => value_word(text, words),
        Value::Object(thing) => {
            let named = ["name", "actionName", "objectKind"].iter().find_map(|key| thing.get(*key)?.as_str());
            let beside = thing.get("objectType").and_then(Value::as_str).map(|beside| format!(":{beside}"));
            format!("{}{}", named.unwrap_or_default(), beside.unwrap_or_default())
        }
        other => other.to_string(),
    };
    all.iter().map(tag).collect()
}

/// A permission block in a line: what, where, and under what.
pub(crate) fn block(block: &Value, words: Words) -> String {
    let effect = value_word(block["effect"].as_str().unwrap_or("allow"), words);
    let actions = block["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let actions: Vec<&str> = actions.iter().filter_map(|action| action["name"].as_str()).collect();
    let scope = value_word(block["scopeMode"].as_str().unwrap_or_default(), words);
    let kind = [&block["objectKind"], &block["objectType"]];
    let kind: Vec<&str> = kind.into_iter().filter_map(Value::as_str).collect();
    let limited = block["conditions"].as_object().is_some_and(|conditions| !conditions.is_empty());
    let mut line = format!("{effect} {} · {scope}", actions.join(", "));
    if !kind.is_empty() {
        line = format!("{line} · {}", kind.join(":"));
    }
    match limited {
        true => format!("{line} · {}", words.say("value-conditional")),
        false => line,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_block_is_told_in_a_line() {
        let words = Words::of(crate::words::Language::English);
        let told = block(
            &json!({ "effect": "deny", "actions": [{ "name": "read" }, { "name": "write" }], "scopeMode": "object_type",
                     "objectKind": "resource", "objectType": "channel", "conditions": {} }),
            words,
        );
        assert!(told.contains("read, write") && told.ends_with("resource:channel"), "{told}");
    }

    #[test]
    fn long_values_and_ids_are_shortened_between_characters() {
        assert_eq!(short_id("01a225cd-7e4a-739c-81e0-8a3fa54d3e6d"), "…a54d3e6d");
        assert_eq!(short_id("äöü"), "äöü");
        assert!(shortened(&"ä".repeat(500)).chars().count() == MOST_CHARS + 1);
    }
}
