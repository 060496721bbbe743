//! One field of a form, ready to be shown.

use serde_json::Value;

use crate::api::Refusal;
use crate::nouns::cell;
use crate::nouns::model::{Field, Fill, Noun};
use crate::visitor::Person;

/// A field as it stands.
pub(super) struct Control {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) kind: &'static str,
    pub(super) value: String,
    /// What is chosen already, with what it is called.
    pub(super) chosen: Vec<(String, String)>,
    pub(super) options: Vec<(String, String)>,
    pub(super) pick: &'static str,
    pub(super) required: bool,
    pub(super) error: Option<String>,
}

/// A value of a thing as the texts that stand in a form.
pub(super) fn texts(value: &Value, is_json: bool) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Object(thing) if thing.contains_key("id") => {
            thing["id"].as_str().unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    };
    match value {
        Value::Null => Vec::new(),
        Value::Array(all) if is_json => vec![serde_json::to_string_pretty(all).unwrap_or_default()],
        Value::Array(all) => all.iter().map(text).collect(),
        Value::Object(_) => vec![serde_json::to_string_pretty(value).unwrap_or_default()],
        one => vec![text(one)],
    }
}

/// A field with the values that stand in it.
pub(super) fn control(
    person: &Person,
    noun: &Noun,
    field: &'static Field,
    values: Vec<String>,
    shown: impl Fn(&String, &str) -> String,
    refusal: Option<&Refusal>,
) -> Control {
    let words = person.visitor.words;
    let all = |all: &[&'static str]| -> Vec<(String, String)> {
        all.iter().map(|one| ((*one).to_owned(), cell::value_word(one, words))).collect()
    };
    let (kind, options, pick) = match field.kind {
        Fill::Text | Fill::Tags => ("text", Vec::new(), ""),
        Fill::Email => ("email", Vec::new(), ""),
        Fill::Long => ("long", Vec::new(), ""),
        Fill::Secret => ("secret", Vec::new(), ""),
        Fill::Number => ("number", Vec::new(), ""),
        Fill::One(these) => ("one", all(these), ""),
        Fill::Maybe(these) => ("maybe", all(these), ""),
        Fill::YesNo => ("yes", Vec::new(), ""),
        Fill::Pick(noun) => ("pick", Vec::new(), noun),
        Fill::Many(noun) => ("many", Vec::new(), noun),
        Fill::Json | Fill::Attributes => ("json", Vec::new(), ""),
        Fill::Time => ("time", Vec::new(), ""),
    };
    let own_hint = words.may_say(&format!("field-{}-{}-hint", noun.name, field.name));
    let called = field.to.rsplit('.').next().unwrap_or(field.to);
    Control {
        name: field.name.to_owned(),
        label: words.say(&format!("field-{}", field.name)),
        hint: own_hint.or_else(|| words.may_say(&format!("field-{}-hint", field.name))),
        kind,
        chosen: match field.kind {
            Fill::Pick(noun) | Fill::Many(noun) => {
                values.iter().map(|id| (id.clone(), shown(id, noun))).collect()
            }
            _ => Vec::new(),
        },
        value: match field.kind {
            Fill::Secret => String::new(),
            Fill::Tags => values.join(", "),
            _ => values.into_iter().next().unwrap_or_default(),
        },
        options,
        pick,
        required: field.required,
        error: refusal.filter(|refusal| is_about(refusal, called)).map(|refusal| refusal.message.clone()),
    }
}

/// Refusals of a value begin with the name of its field.
fn is_about(refusal: &Refusal, called: &str) -> bool {
    refusal.kind == "invalid" && refusal.message.split([' ', ':']).next() == Some(called)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_stand_in_forms_as_people_write_them() {
        assert_eq!(texts(&json!(["a", { "id": "b", "name": "c" }]), false), ["a", "b"]);
        assert_eq!(texts(&json!(null), false), Vec::<String>::new());
        assert_eq!(texts(&json!({ "a": 1 }), false), ["{\n  \"a\": 1\n}"]);
        assert_eq!(texts(&json!(true), false), ["true"]);
    }
}
