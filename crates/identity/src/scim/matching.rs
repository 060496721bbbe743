//! Whether a resource fulfils a filter, and what it is sorted by.

use std::cmp::Ordering;

use atoll_base::Moment;
use serde_json::{Map, Value};

use super::fault::ScimFault;
use super::filter::{Attr, Filter, Op};
use super::schema::{Attribute, Noun, Type};

/// The value of a field whose name is written in any case.
pub(super) fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// An attribute that was named, found in the schema of its noun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The extension that it belongs to.
    pub(super) extension: Option<&'static str>,
    /// The attribute.
    pub(super) attribute: &'static Attribute,
    /// The sub-attribute.
    pub(super) sub: Option<&'static Attribute>,
}

impl Found {
    /// Looks the attribute up; none when there is no such attribute.
    pub(super) fn new(noun: Noun, attr: &Attr) -> Option<Found> {
        let (extension, attribute) = match &attr.urn {
            None => (None, noun.attribute(&attr.name)?),
            Some(urn) if urn.eq_ignore_ascii_case(noun.schema().id) => (None, noun.attribute(&attr.name)?),
            Some(urn) => {
                let schema = noun.extension(urn)?;
                (Some(schema.id), schema.attribute(&attr.name)?)
            }
        };
        let sub = match &attr.sub {
            Some(sub) => Some(attribute.sub(sub)?),
            None => None,
        };
        Some(Found { extension, attribute, sub })
    }

    /// The attribute whose values count: of a complex one without a named part, its `value`.
    fn leaf(&self) -> Option<&'static Attribute> {
        match (self.sub, self.attribute.kind) {
            (Some(sub), _) => Some(sub),
            (None, Type::Complex(_)) => self.attribute.sub("value"),
            (None, _) => Some(self.attribute),
        }
    }

    /// The values that a resource has for it.
    fn values<'a>(&self, resource: &'a Map<String, Value>) -> Vec<&'a Value> {
        let holder = match self.extension {
            None => Some(resource),
            Some(urn) => field(resource, urn).and_then(Value::as_object),
        };
        let value = holder.and_then(|holder| field(holder, self.attribute.name));
        let items: Vec<&Value> = match value {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(value) => vec![value],
        };
        let part = self.sub.map(|sub| sub.name);
        let default = matches!(self.attribute.kind, Type::Complex(_)).then_some("value");
        match part.or(default) {
            None => items,
            Some(part) => items.iter().filter_map(|item| field(item.as_object()?, part)).collect(),
        }
    }
}

/// Whether a resource fulfils a filter. An attribute that the noun does not have has no value.
pub(super) fn matches(noun: Noun, filter: &Filter, resource: &Map<String, Value>) -> Result<bool, ScimFault> {
    Ok(match filter {
        Filter::And(parts) => {
            for part in parts {
                if !matches(noun, part, resource)? {
                    return Ok(false);
                }
            }
            true
        }
        Filter::Or(parts) => {
            for part in parts {
                if matches(noun, part, resource)? {
                    return Ok(true);
                }
            }
            false
        }
        Filter::Not(inside) => !matches(noun, inside, resource)?,
        Filter::Present(attr) => Found::new(noun, attr).is_some_and(|found| present(&found, resource)),
        Filter::Compare(attr, op, value) => match Found::new(noun, attr) {
            Some(found) => match found.leaf() {
                Some(leaf) => compare(leaf, *op, value, &found.values(resource))?,
                None => {
                    return Err(ScimFault::Filter(format!(
                        "`{attr}` has no value to compare; name a part of it"
                    )));
                }
            },
            None => matches!(op, Op::Ne) != value.is_null(),
        },
        Filter::Any(attr, inside) => match Found::new(noun, attr) {
            Some(found) if attr.sub.is_none() => {
                let holder = found.extension.map_or(Some(resource), |urn| field(resource, urn)?.as_object());
                let items = holder.and_then(|holder| field(holder, found.attribute.name));
                let one = |item: &Value| matches_item(found.attribute, inside, item);
                match items {
                    Some(Value::Array(items)) => {
                        for item in items {
                            if one(item)? {
                                return Ok(true);
                            }
                        }
                        false
                    }
                    Some(item) => one(item)?,
                    None => false,
                }
            }
            _ => false,
        },
    })
}

fn present(found: &Found, resource: &Map<String, Value>) -> bool {
    if found.sub.is_none() && matches!(found.attribute.kind, Type::Complex(_)) {
        let holder = found.extension.map_or(Some(resource), |urn| field(resource, urn)?.as_object());
        let value = holder.and_then(|holder| field(holder, found.attribute.name));
        return match value {
            None | Some(Value::Null) => false,
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Object(parts)) => !parts.is_empty(),
            Some(_) => true,
        };
    }
    found.values(resource).iter().any(|value| !value.is_null() && value.as_str() != Some(""))
}

/// Whether one value of a complex attribute fulfils a filter about its parts.
pub(super) fn matches_item(attribute: &Attribute, filter: &Filter, item: &Value) -> Result<bool, ScimFault> {
    let part = |attr: &Attr| {
        let sub = attribute.sub(&attr.name).filter(|_| attr.urn.is_none() && attr.sub.is_none());
        sub.ok_or_else(|| ScimFault::Filter(format!("`{attr}` is no part of {}", attribute.name)))
    };
    let value_of = |sub: &Attribute| -> Vec<&Value> {
        item.as_object().and_then(|item| field(item, sub.name)).into_iter().collect()
    };
    Ok(match filter {
        Filter::And(parts) => {
            for one in parts {
                if !matches_item(attribute, one, item)? {
                    return Ok(false);
                }
            }
            true
        }
        Filter::Or(parts) => {
            for one in parts {
                if matches_item(attribute, one, item)? {
                    return Ok(true);
                }
            }
            false
        }
        Filter::Not(inside) => !matches_item(attribute, inside, item)?,
        Filter::Present(attr) => value_of(part(attr)?).iter().any(|value| !value.is_null()),
        Filter::Compare(attr, op, value) => {
            let sub = part(attr)?;
            compare(sub, *op, value, &value_of(sub))?
        }
        Filter::Any(..) => return Err(ScimFault::Filter("a filter within a filter within a filter".into())),
    })
}

/// Whether any of the values compares with `given` like this; `ne` means that none is equal.
fn compare(attribute: &Attribute, op: Op, given: &Value, values: &[&Value]) -> Result<bool, ScimFault> {
    if op == Op::Ne {
        return Ok(!compare(attribute, Op::Eq, given, values)?);
    }
    if given.is_null() {
        return match op {
            Op::Eq => Ok(values.iter().all(|value| value.is_null())),
            _ => Err(ScimFault::Filter("null can only be equal or not".into())),
        };
    }
    if attribute.kind == Type::Boolean {
        let wanted = match given {
            Value::Bool(wanted) => Some(*wanted),
            Value::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        return match (op, wanted) {
            (Op::Eq, Some(wanted)) => Ok(values.iter().any(|value| value.as_bool() == Some(wanted))),
            _ => Err(ScimFault::Filter(format!("{} is true or false; compare it with eq", attribute.name))),
        };
    }
    let Some(given) = given.as_str() else {
        return Err(ScimFault::Filter(format!("{} is a text; compare it with one", attribute.name)));
    };
    if attribute.kind == Type::DateTime && !matches!(op, Op::Co | Op::Sw | Op::Ew) {
        let bad = || ScimFault::Filter(format!("{} is a moment, as in 2026-01-31T12:00:00Z", attribute.name));
        let given = Moment::parse_rfc3339(given).ok_or_else(bad)?;
        let moments = values.iter().filter_map(|value| Moment::parse_rfc3339(value.as_str()?));
        return Ok(moments.into_iter().any(|value| ordered(op, value.cmp(&given))));
    }
    let given = folded(attribute, given);
    let mut texts = values.iter().filter_map(|value| Some(folded(attribute, value.as_str()?)));
    Ok(texts.any(|value| match op {
        Op::Co => value.contains(&given),
        Op::Sw => value.starts_with(&given),
        Op::Ew => value.ends_with(&given),
        _ => ordered(op, value.cmp(&given)),
    }))
}

fn ordered(op: Op, order: Ordering) -> bool {
    match op {
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        _ => order.is_eq(),
    }
}

fn folded(attribute: &Attribute, text: &str) -> String {
    if attribute.exact { text.to_owned() } else { text.to_lowercase() }
}

/// What a resource is sorted by: of many values the primary one, else the first; none sorts last.
pub(super) fn sort_key(noun: Noun, attr: &Attr, resource: &Map<String, Value>) -> Option<String> {
    let found = Found::new(noun, attr)?;
    let leaf = found.leaf()?;
    let values = found.values(resource);
    let primary = field(resource, found.attribute.name)
        .and_then(Value::as_array)
        .and_then(|items| items.iter().position(|item| item["primary"] == true));
    let value = primary.and_then(|at| values.get(at)).or_else(|| values.first())?;
    match value {
        Value::String(text) => Some(folded(leaf, text)),
        Value::Bool(yes) => Some(u8::from(*yes).to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filter: &str) -> bool {
        let user = json!({
            "id": "Ab", "userName": "BJensen", "active": true, "title": "",
            "name": { "familyName": "Jensen" },
            "emails": [{ "value": "b@work.example", "type": "work" }, { "value": "b@home.example", "type": "home" }],
            "meta": { "created": "2026-01-01T00:00:00.123456+00:00" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
        });
        matches(Noun::User, &Filter::parse(filter).unwrap(), user.as_object().unwrap()).unwrap()
    }

    #[test]
    fn values_compare_as_their_attributes_say() {
        for yes in [
            r#"userName eq "bjensen""#,
            r#"USERNAME sw "BJ" and userName ew "SEN""#,
            r#"id eq "Ab""#,
            r#"active eq true and active eq "True""#,
            r#"emails co "home""#,
            r#"emails[type eq "work" and value sw "b@work"]"#,
            r#"name.familyName gt "Jensem""#,
            r#"meta.created gt "2026-01-01T00:00:00Z""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "sales""#,
            r#"nickName ne "x" and nickName eq null"#,
            r#"not (title pr) and emails pr and name pr"#,
            r#"spaceship ne "x""#,
        ] {
            assert!(holds(yes), "{yes}");
        }
        for no in [
            r#"id eq "aB""#,
            r#"emails[type eq "work" and value sw "b@home"]"#,
            "title pr",
            r#"spaceship eq "x""#,
            r#"meta.created le "2026-01-01T00:00:00Z""#,
        ] {
            assert!(!holds(no), "{no}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let user = Map::new();
        for bad in ["active gt true", "userName eq 7", r#"meta.created gt "monday""#, r#"name eq "x""#] {
            assert!(matches(Noun::User, &Filter::parse(bad).unwrap(), &user).is_err(), "{bad}");
        }
    }
}
