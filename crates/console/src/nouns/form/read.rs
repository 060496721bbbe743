//! From what was filled in to the variables of the change.

use serde_json::{Map, Value};

use super::Wanted;
use super::control::texts;
use super::properties::{self, Property};
use crate::filled::Filled;
use crate::nouns::model::{Field, Fill, From};

/// The variables of the change; the field whose value cannot be read otherwise.
pub(super) fn variables(
    wanted: &Wanted,
    filled: &Filled,
    thing: &Value,
    described: &[Property],
) -> Result<Value, String> {
    let mut variables = Value::Object(Map::new());
    for (name, from) in wanted.form.variables {
        let value = match from {
            From::Id => Value::String(wanted.id.clone().unwrap_or_default()),
            From::Row(at) => thing.pointer(at).cloned().unwrap_or_default(),
            From::True => Value::Bool(true),
            From::False => Value::Bool(false),
        };
        put(&mut variables, name, value);
    }
    for field in wanted.form.fields {
        let now = thing.pointer(field.from).filter(|_| !field.from.is_empty());
        let mut value = read(field, filled).map_err(|()| field.name.to_owned())?;
        if matches!(field.kind, Fill::Attributes) && !described.is_empty() {
            value = properties::read(described, filled, value)?;
        }
        // What stays as it is is not sent: two who change different fields do not undo each other.
        let same = now.is_some_and(|now| match field.kind {
            Fill::Many(_) => texts(now, false) == texts(&value, false),
            _ => *now == value,
        });
        let empty = value.is_null() && now.is_none_or(Value::is_null);
        // A variable of its own is wanted whether it has changed or not; a part of an input may be left out.
        let may_be_left_out = field.to.contains('.') || !field.required;
        if empty || (wanted.form.of_one && same && may_be_left_out) {
            continue;
        }
        // A blank takes a text away; nothing would leave it as it is.
        let taken = value.is_null() && wanted.form.of_one && now.is_some_and(Value::is_string);
        put(&mut variables, field.to, if taken { Value::String(String::new()) } else { value });
    }
    Ok(variables)
}

/// The value of a field; null when it is empty.
fn read(field: &Field, filled: &Filled) -> Result<Value, ()> {
    let text = filled.text(field.name);
    match field.kind {
        Fill::YesNo => Ok(Value::Bool(filled.has(field.name))),
        Fill::Many(_) => Ok(filled.all(field.name).map(str::to_owned).collect()),
        Fill::Tags => {
            let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
            Ok(tags.map(str::to_owned).collect())
        }
        _ if filled.raw(field.name).is_empty()
            || (text.is_empty() && !matches!(field.kind, Fill::Secret)) =>
        {
            Ok(Value::Null)
        }
        Fill::Secret => Ok(Value::String(filled.raw(field.name).to_owned())),
        Fill::Number => text.parse::<i64>().map(Value::from).map_err(|_| ()),
        Fill::Json | Fill::Attributes => serde_json::from_str(text).map_err(|_| ()),
        // Browsers leave seconds and zone out: the zone of such fields is said beside them.
        Fill::Time if text.len() == "2026-01-01T00:00".len() => Ok(Value::String(format!("{text}:00Z"))),
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// Puts a value where names with dots between lead.
fn put(into: &mut Value, to: &str, value: Value) {
    let (first, rest) = to.split_once('.').map_or((to, None), |(first, rest)| (first, Some(rest)));
    let Value::Object(fields) = into else { return };
    match rest {
        None => {
            fields.insert(first.to_owned(), value);
        }
        Some(rest) => put(fields.entry(first).or_insert_with(|| Value::Object(Map::new())), rest, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_go_where_names_lead() {
        let mut into = json!({});
        put(&mut into, "input.name", json!("a"));
        put(&mut into, "input.term.reason", json!("b"));
        put(&mut into, "id", json!(1));
        assert_eq!(into, json!({ "input": { "name": "a", "term": { "reason": "b" } }, "id": 1 }));
    }
}
