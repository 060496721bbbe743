//! Fields that a profile describes: what its JSON Schema (draft 2020-12) says of the attributes of a thing, as far as people
//! can fill it in part by part. Whatever else it says is held against the whole when that is sent.

use serde_json::{Map, Value, json};

use super::control::{Control, texts};
use crate::Console;
use crate::filled::Filled;
use crate::visitor::Person;

const DOCUMENT: &str = "query($id: ID!) { profileVersions(profileId: $id) { version status jsonSchema } }";

/// The most fields that are shown one by one.
const MOST: usize = 60;
/// A text that may be longer than this has several lines.
const LINE: u64 = 200;

/// What one attribute is.
#[derive(Debug, PartialEq)]
pub(super) struct Property {
    name: String,
    title: Option<String>,
    description: Option<String>,
    kind: &'static str,
    options: Vec<String>,
    required: bool,
}

/// What a profile describes: the properties of its newest active version.
pub(super) async fn of(console: &Console, person: &Person, profile: &str) -> Vec<Property> {
    let asked = console.api.ask(&person.visitor, DOCUMENT, json!({ "id": profile })).await;
    let found = asked.unwrap_or_default();
    let versions = found["profileVersions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let active = versions.iter().filter(|version| version["status"] == "active");
    let newest = active.max_by_key(|version| version["version"].as_i64());
    newest.map_or_else(Vec::new, |newest| described(&newest["jsonSchema"]))
}

fn described(schema: &Value) -> Vec<Property> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let property = |(name, said): (&String, &Value)| {
        let options = said["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
        let options: Vec<String> = options.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Property {
            name: name.clone(),
            title: said["title"].as_str().map(str::to_owned),
            description: said["description"].as_str().map(str::to_owned),
            kind: kind(said, &options),
            options,
            required: required.iter().any(|one| one == name),
        }
    };
    properties.map(property).take(MOST).collect()
}

fn kind(said: &Value, options: &[String]) -> &'static str {
    match said["type"].as_str() {
        Some("string") if !options.is_empty() => "maybe",
        Some("string") if said["format"] == "email" => "email",
        Some("string") if said["maxLength"].as_u64().is_some_and(|most| most > LINE) => "long",
        Some("string") => "text",
        Some("integer") => "number",
        Some("number") => "decimal",
        Some("boolean") => "maybe",
        _ => "json",
    }
}

impl Property {
    fn field(&self) -> String {
        format!("attributes.{}", self.name)
    }

    fn is_boolean(&self) -> bool {
        self.kind == "maybe" && self.options.is_empty()
    }

    /// How it is filled in, with what stands in it.
    pub(super) fn control(&self, stands: Option<String>, person: &Person) -> Control {
        let words = person.visitor.words;
        let options = match self.is_boolean() {
            true => [("true", "value-yes"), ("false", "value-no")]
                .map(|(value, key)| (value.to_owned(), words.say(key)))
                .into(),
            false => self.options.iter().map(|one| (one.clone(), one.clone())).collect(),
        };
        Control {
            name: self.field(),
            label: self.title.clone().unwrap_or_else(|| self.name.clone()),
            hint: self.description.clone(),
            kind: self.kind,
            value: stands.unwrap_or_default(),
            chosen: Vec::new(),
            options,
            pick: "",
            required: self.required,
            error: None,
        }
    }

    /// What stands in it: as it was filled in, else as it is in the attributes.
    pub(super) fn stands(&self, filled: Option<&Filled>, attributes: &Value) -> Option<String> {
        match filled {
            Some(filled) if filled.has(&self.field()) => Some(filled.raw(&self.field()).to_owned()),
            _ => texts(&attributes[&self.name], self.kind == "json").into_iter().next(),
        }
    }

    fn read(&self, text: &str) -> Result<Value, String> {
        let wrong = || self.title.clone().unwrap_or_else(|| self.name.clone());
        match self.kind {
            "number" => text.parse::<i64>().map(Value::from).map_err(|_| wrong()),
            "decimal" => match serde_json::from_str(text) {
                Ok(Value::Number(number)) => Ok(Value::Number(number)),
                _ => Err(wrong()),
            },
            "json" => serde_json::from_str(text).map_err(|_| wrong()),
            _ if self.is_boolean() => Ok(Value::Bool(text == "true")),
            _ => Ok(Value::String(text.to_owned())),
        }
    }
}

/// The attributes that the properties do not speak of.
pub(super) fn others(properties: &[Property], attributes: &Value) -> Value {
    let mut others = attributes.clone();
    if let Value::Object(fields) = &mut others {
        fields.retain(|name, _| !properties.iter().any(|property| property.name == *name));
    }
    others
}

/// The attributes as they were filled in, on top of the others; what cannot be read otherwise. An empty field is none.
pub(super) fn read(properties: &[Property], filled: &Filled, others: Value) -> Result<Value, String> {
    let mut attributes = match others {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    for property in properties {
        match filled.text(&property.field()) {
            "" => drop(attributes.remove(&property.name)),
            text => drop(attributes.insert(property.name.clone(), property.read(text)?)),
        }
    }
    Ok(attributes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_filled_in_part_by_part() {
        let schema = json!({ "type": "object", "required": ["serial"], "properties": {
            "serial": { "type": "string", "title": "Serial number", "description": "On the plate" },
            "colour": { "type": "string", "enum": ["red", "blue"] },
            "note": { "type": "string", "maxLength": 1000 },
            "floor": { "type": "integer" }, "weight": { "type": "number" }, "spare": { "type": "boolean" },
            "ports": { "type": "array", "items": { "type": "integer" } } } });
        let found = described(&schema);
        let kinds: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.kind, one.required)).collect();
        let expected = [
            ("colour", "maybe", false),
            ("floor", "number", false),
            ("note", "long", false),
            ("ports", "json", false),
            ("serial", "text", true),
            ("spare", "maybe", false),
            ("weight", "decimal", false),
        ];
        let mut sorted = kinds.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        let read = |name: &str, text: &str| found.iter().find(|one| one.name == name).unwrap().read(text);
        assert_eq!(read("floor", "3"), Ok(json!(3)));
        assert_eq!(read("weight", "2.5"), Ok(json!(2.5)));
        assert_eq!(read("spare", "true"), Ok(json!(true)));
        assert_eq!(read("ports", "[1, 2]"), Ok(json!([1, 2])));
        assert_eq!(read("serial", "7"), Ok(json!("7")));
        assert_eq!(read("floor", "three"), Err("floor".to_owned()));
        assert_eq!(read("weight", "\"x\""), Err("weight".to_owned()));
    }

    #[test]
    fn what_a_profile_does_not_speak_of_is_kept() {
        let found = described(&json!({ "properties": { "a": { "type": "string" } } }));
        assert_eq!(others(&found, &json!({ "a": 1, "b": 2 })), json!({ "b": 2 }));
        assert!(described(&json!(true)).is_empty());
    }
}
