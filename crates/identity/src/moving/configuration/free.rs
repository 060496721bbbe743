//! Free-form objects within a file.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// A free-form object: a table where TOML can say it, else JSON in a text, because TOML has no null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Free(pub Map<String, Value>);

impl Free {
    /// What a store holds.
    pub fn of(value: &Value) -> Free {
        Free(value.as_object().cloned().unwrap_or_default())
    }

    /// As a store holds it.
    pub fn value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether TOML can say a value so that the same is read again.
fn fits(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => !number.is_u64() || number.is_i64(),
        Value::Array(items) => items.iter().all(fits),
        Value::Object(fields) => fields.values().all(fits),
    }
}

impl Serialize for Free {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = self.0.values().all(fits).then(|| toml::Table::try_from(&self.0).ok()).flatten();
        match table {
            Some(table) => table.serialize(serializer),
            None => serializer.serialize_str(&Value::Object(self.0.clone()).to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Free {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Free, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => {
                let read = serde_json::from_str(&text);
                read.map(Free).map_err(|why| D::Error::custom(format!("not an object of JSON: {why}")))
            }
            toml::Value::Table(table) => {
                Ok(Free(table.into_iter().map(|(key, of)| (key, json(of))).collect()))
            }
            _ => Err(D::Error::custom("must be a table, or an object of JSON in a text")),
        }
    }
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, of)| (key, json(of))).collect())
        }
    }
}
