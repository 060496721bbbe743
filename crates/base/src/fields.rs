//! Checks that many nouns share.

use serde_json::{Map, Value};

use crate::error::{Fault, Kind};

/// A field does not have the form it needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadField {
    /// Missing or blank.
    #[error("{0} is required")]
    Required(&'static str),
    /// Longer than allowed.
    #[error("{field} must be at most {max} characters")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The most characters.
        max: usize,
    },
    /// Holds control characters.
    #[error("{0} must not contain control characters")]
    Control(&'static str),
    /// Not a JSON object.
    #[error("{0} must be a JSON object")]
    NotAnObject(&'static str),
    /// Too large when written as JSON.
    #[error("{field} must be at most {max} bytes of JSON")]
    TooLarge {
        /// The field.
        field: &'static str,
        /// The most bytes.
        max: usize,
    },
    /// Nested more deeply than allowed.
    #[error("{field} must not be nested more than {max} levels deep")]
    TooDeep {
        /// The field.
        field: &'static str,
        /// The most levels.
        max: usize,
    },
    /// Not a UUID.
    #[error("{0} must be a UUID")]
    NotAUuid(&'static str),
}

impl Fault for BadField {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "field.invalid"
    }
}

/// Longest name, in characters.
pub const MAX_NAME: usize = 255;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 4000;
/// Most bytes of a JSON field.
pub const MAX_JSON: usize = 64 * 1024;
/// Most levels of a JSON field.
pub const MAX_JSON_DEPTH: usize = 32;

/// A name: not blank, at most 255 characters, no control characters; kept as given but trimmed.
pub fn name(field: &'static str, text: &str) -> Result<String, BadField> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadField::Required(field));
    }
    bounded(field, text, MAX_NAME)?;
    if text.chars().any(char::is_control) {
        return Err(BadField::Control(field));
    }
    Ok(text.to_owned())
}

/// A description: blank is none.
pub fn description(text: Option<&str>) -> Result<Option<String>, BadField> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => bounded("description", text, MAX_DESCRIPTION).map(|()| Some(text.to_owned())),
    }
}

fn bounded(field: &'static str, text: &str, max: usize) -> Result<(), BadField> {
    if text.chars().count() > max { Err(BadField::TooLong { field, max }) } else { Ok(()) }
}

/// A JSON object: `null` and absent are `{}`; bounded in size and depth.
pub fn object(field: &'static str, value: Option<Value>) -> Result<Value, BadField> {
    let value = match value {
        None | Some(Value::Null) => return Ok(Value::Object(Map::new())),
        Some(value @ Value::Object(_)) => value,
        Some(_) => return Err(BadField::NotAnObject(field)),
    };
    json(field, value)
}

/// Any JSON; bounded in size and depth.
pub fn json(field: &'static str, value: Value) -> Result<Value, BadField> {
    if depth(&value) > MAX_JSON_DEPTH {
        return Err(BadField::TooDeep { field, max: MAX_JSON_DEPTH });
    }
    if value.to_string().len() > MAX_JSON {
        return Err(BadField::TooLarge { field, max: MAX_JSON });
    }
    Ok(value)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A UUID in a text field.
pub fn uuid(field: &'static str, text: &str) -> Result<uuid::Uuid, BadField> {
    text.trim().parse().map_err(|_| BadField::NotAUuid(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_neither_blank_nor_endless() {
        assert_eq!(name("name", " Plant A "), Ok("Plant A".to_owned()));
        assert_eq!(name("name", " \t "), Err(BadField::Required("name")));
        assert!(name("name", &"x".repeat(256)).is_err());
        assert!(name("name", "a\u{0}b").is_err());
    }

    #[test]
    fn attributes_are_bounded_objects() {
        assert_eq!(object("attributes", Some(Value::Null)), Ok(json!({})));
        assert_eq!(object("attributes", Some(json!([1]))), Err(BadField::NotAnObject("attributes")));
        assert!(object("attributes", Some(json!({"x": "y".repeat(MAX_JSON)}))).is_err());
        let mut deep = json!(1);
        for _ in 0..MAX_JSON_DEPTH {
            deep = json!([deep]);
        }
        assert!(object("attributes", Some(json!({ "x": deep }))).is_err());
    }
}
