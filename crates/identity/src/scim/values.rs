//! Bringing what somebody sent into the form of the schema: names as they are written, values of the right kind, nothing
//! that is not theirs to set.

use serde_json::{Map, Value};

use super::fault::ScimFault;
use super::schema::{Attribute, Mutability, Noun, Schema, Type};

/// The longest text.
const LONGEST_TEXT: usize = 4096;

/// What can be written of a resource. Unknown attributes and those that nobody writes are left out, and so is what is
/// null or empty.
pub(super) fn writable(noun: Noun, given: &Map<String, Value>) -> Result<Map<String, Value>, ScimFault> {
    let mut kept = of_schema(noun.schema(), given)?;
    if let Some(id) = once(given, "externalId")?
        && let Some(id) = single(noun.attribute("externalId").ok_or(ScimFault::NotFound)?, id)?
    {
        kept.insert("externalId".into(), id);
    }
    for schema in noun.extensions() {
        match once(given, schema.id)? {
            None | Some(Value::Null) => {}
            Some(Value::Object(given)) => {
                let inside = of_schema(schema, given)?;
                if !inside.is_empty() {
                    kept.insert(schema.id.into(), Value::Object(inside));
                }
            }
            Some(_) => return Err(ScimFault::Value(format!("{} must be an object", schema.id))),
        }
    }
    Ok(kept)
}

/// Everything that a new resource must have is there.
pub(super) fn complete(noun: Noun, resource: &Map<String, Value>) -> Result<(), ScimFault> {
    let missing =
        noun.schema().attributes.iter().find(|one| one.required && !resource.contains_key(one.name));
    match missing {
        Some(attribute) => Err(ScimFault::Value(format!("{} is required", attribute.name))),
        None => Ok(()),
    }
}

fn of_schema(schema: &Schema, given: &Map<String, Value>) -> Result<Map<String, Value>, ScimFault> {
    let mut kept = Map::new();
    for attribute in schema.attributes.iter().filter(|one| one.mutability != Mutability::ReadOnly) {
        if let Some(value) = once(given, attribute.name)?
            && let Some(value) = of_attribute(attribute, value)?
        {
            kept.insert(attribute.name.into(), value);
        }
    }
    Ok(kept)
}

/// The value of a field whose name is written in any case, but not in two.
fn once<'a>(given: &'a Map<String, Value>, name: &str) -> Result<Option<&'a Value>, ScimFault> {
    let mut found = given.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (one, None) => Ok(one),
        _ => Err(ScimFault::Syntax(format!("{name} is given twice"))),
    }
}

/// A value in the form of its attribute; none when it stands for no value.
pub(super) fn of_attribute(attribute: &Attribute, value: &Value) -> Result<Option<Value>, ScimFault> {
    if !attribute.many {
        return single(attribute, value);
    }
    let items = match value {
        Value::Null => return Ok(None),
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    };
    not_too_many(attribute, items.len())?;
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if let Some(item) = single(attribute, item)? {
            kept.push(item);
        }
    }
    if kept.iter().filter(|item| item["primary"] == true).count() > 1 {
        return Err(ScimFault::Value(format!("of {} at most one is primary", attribute.name)));
    }
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

/// Refuses more values than the attribute may have.
pub(super) fn not_too_many(attribute: &Attribute, values: usize) -> Result<(), ScimFault> {
    match values > attribute.most {
        true => Err(ScimFault::TooLarge(format!("{} has at most {} values", attribute.name, attribute.most))),
        false => Ok(()),
    }
}

fn single(attribute: &Attribute, value: &Value) -> Result<Option<Value>, ScimFault> {
    let wrong = |wanted: &str| Err(ScimFault::Value(format!("{} must be {wanted}", attribute.name)));
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Type::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
        // Some directories send yes and no as texts.
        (Type::Boolean, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true.into())),
            "false" => Ok(Some(false.into())),
            _ => wrong("true or false"),
        },
        (Type::Boolean, _) => wrong("true or false"),
        (Type::Complex(subs), Value::Object(given)) => {
            let mut kept = Map::new();
            for sub in subs.iter().filter(|sub| sub.mutability != Mutability::ReadOnly) {
                if let Some(value) = once(given, sub.name)?
                    && let Some(value) = of_attribute(sub, value)?
                {
                    kept.insert(sub.name.into(), value);
                }
            }
            Ok((!kept.is_empty()).then_some(Value::Object(kept)))
        }
        // A lone value of a complex attribute is its `value`.
        (Type::Complex(_), Value::String(_)) if attribute.sub("value").is_some() => {
            single(attribute, &serde_json::json!({ "value": value }))
        }
        (Type::Complex(_), _) => wrong("an object"),
        (_, Value::String(text)) if text.len() > LONGEST_TEXT => {
            wrong(&format!("at most {LONGEST_TEXT} bytes long"))
        }
        (_, Value::String(text)) if text.contains('\0') => wrong("a text without control characters"),
        (_, Value::String(_)) => Ok(Some(value.clone())),
        _ => wrong("a text"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(given: Value) -> Result<Value, ScimFault> {
        writable(Noun::User, given.as_object().unwrap()).map(Value::Object)
    }

    #[test]
    fn names_are_read_in_any_case_and_what_is_not_theirs_is_left_out() {
        let given = json!({
            "USERNAME": "ann", "id": "x", "groups": [{ "value": "g" }], "spaceship": 1, "nickName": null,
            "Active": "False", "emails": [{ "VALUE": "a@b", "primary": true }], "phoneNumbers": [],
            "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user": { "Department": "x", "manager": "m" },
        });
        let kept = json!({
            "userName": "ann", "active": false, "emails": [{ "value": "a@b", "primary": true }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": "x", "manager": { "value": "m" },
            },
        });
        assert_eq!(read(given), Ok(kept));
    }

    #[test]
    fn values_of_the_wrong_kind_are_refused() {
        for bad in [
            json!({ "userName": 7 }),
            json!({ "active": "perhaps" }),
            json!({ "name": [1] }),
            json!({ "userName": "a", "username": "b" }),
            json!({ "emails": [{ "value": "a", "primary": true }, { "value": "b", "primary": true }] }),
            json!({ "title": "x".repeat(5000) }),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }
}
