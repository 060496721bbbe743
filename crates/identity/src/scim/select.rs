//! Showing a part of a resource: `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use serde_json::{Map, Value};

use super::fault::ScimFault;
use super::filter::Attr;
use super::matching::Found;
use super::schema::Noun;

/// The most attributes that are named.
const MOST: usize = 100;

/// Which attributes to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    only: Vec<String>,
    without: Vec<String>,
}

impl Select {
    /// From the names that were given; they exclude each other.
    pub fn new(only: Vec<String>, without: Vec<String>) -> Result<Select, ScimFault> {
        let tidy = |names: Vec<String>| -> Vec<String> {
            let names = names.into_iter().map(|name| name.trim().to_owned());
            names.filter(|name| !name.is_empty()).collect()
        };
        let select = Select { only: tidy(only), without: tidy(without) };
        if !select.only.is_empty() && !select.without.is_empty() {
            return Err(ScimFault::Value("give either attributes or excludedAttributes".into()));
        }
        if select.only.len() + select.without.len() > MOST {
            return Err(ScimFault::Value(format!("at most {MOST} attributes can be named")));
        }
        Ok(select)
    }

    /// Whether an attribute may be shown, at least in part.
    pub fn wants(&self, name: &str) -> bool {
        let begins = |one: &String| one.split('.').next().is_some_and(|one| one.eq_ignore_ascii_case(name));
        if self.only.is_empty() {
            !self.without.iter().any(|one| one.eq_ignore_ascii_case(name))
        } else {
            self.only.iter().any(|one| begins(one) || one.starts_with("urn:"))
        }
    }

    /// The part of a resource that is to be shown; its id and schemas always are.
    pub fn of(&self, noun: Noun, resource: Map<String, Value>) -> Map<String, Value> {
        if self.only.is_empty() {
            let mut shown = resource;
            for name in &self.without {
                leave_out(noun, &mut shown, name);
            }
            return shown;
        }
        let mut shown = Map::new();
        for name in ["schemas", "id"] {
            shown.extend(resource.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        for name in &self.only {
            take_over(noun, &mut shown, &resource, name);
        }
        shown
    }
}

fn found(noun: Noun, name: &str) -> Option<Found> {
    Found::new(noun, &Attr::parse(name).ok()?)
}

fn leave_out(noun: Noun, shown: &mut Map<String, Value>, name: &str) {
    if let Some(schema) = noun.extension(name) {
        shown.remove(schema.id);
        return;
    }
    let Some(found) = found(noun, name) else { return };
    if ["id", "schemas"].contains(&found.attribute.name) {
        return;
    }
    let holder = match found.extension {
        None => Some(shown),
        Some(urn) => shown.get_mut(urn).and_then(Value::as_object_mut),
    };
    let Some(holder) = holder else { return };
    match (found.sub, holder.get_mut(found.attribute.name)) {
        (None, _) => {
            holder.remove(found.attribute.name);
        }
        (Some(sub), Some(Value::Object(parts))) => {
            parts.remove(sub.name);
        }
        (Some(sub), Some(Value::Array(items))) => {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                item.remove(sub.name);
            }
        }
        (Some(_), _) => {}
    }
}

fn take_over(noun: Noun, shown: &mut Map<String, Value>, resource: &Map<String, Value>, name: &str) {
    if let Some(schema) = noun.extension(name) {
        shown.extend(resource.get(schema.id).map(|value| (schema.id.to_owned(), value.clone())));
        return;
    }
    let Some(found) = found(noun, name) else { return };
    let (from, into) = match found.extension {
        None => (Some(resource), shown),
        Some(urn) => {
            let into = shown.entry(urn).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(into) = into else { return };
            (resource.get(urn).and_then(Value::as_object), into)
        }
    };
    let Some(value) = from.and_then(|from| from.get(found.attribute.name)) else { return };
    let Some(sub) = found.sub else {
        into.insert(found.attribute.name.into(), value.clone());
        return;
    };
    let part = |value: &Value| value.get(sub.name).map(|part| (sub.name.to_owned(), part.clone()));
    match (value, into.get_mut(found.attribute.name)) {
        (Value::Array(items), Some(Value::Array(there))) => {
            for (item, there) in items.iter().zip(there.iter_mut().filter_map(Value::as_object_mut)) {
                there.extend(part(item));
            }
        }
        (Value::Array(items), _) => {
            let items = items.iter().map(|item| Value::Object(part(item).into_iter().collect()));
            into.insert(found.attribute.name.into(), items.collect());
        }
        (value, Some(Value::Object(there))) => there.extend(part(value)),
        (value, _) => {
            into.insert(found.attribute.name.into(), Value::Object(part(value).into_iter().collect()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_is_shown() {
        let user = json!({
            "schemas": ["s"], "id": "1", "userName": "ann", "name": { "givenName": "A", "familyName": "B" },
            "emails": [{ "value": "a", "type": "work" }],
        });
        let user = user.as_object().unwrap();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let only =
            Select::new(names(&["NAME.givenName", "name.familyName", "emails.value"]), vec![]).unwrap();
        let wanted = json!({
            "schemas": ["s"], "id": "1", "name": { "givenName": "A", "familyName": "B" }, "emails": [{ "value": "a" }],
        });
        assert_eq!(Value::Object(only.of(Noun::User, user.clone())), wanted);
        let without = Select::new(vec![], names(&["name", "emails.type", "id", "urn:x"])).unwrap();
        let wanted = json!({ "schemas": ["s"], "id": "1", "userName": "ann", "emails": [{ "value": "a" }] });
        assert_eq!(Value::Object(without.of(Noun::User, user.clone())), wanted);
        assert!(Select::new(names(&["a"]), names(&["b"])).is_err());
    }
}
