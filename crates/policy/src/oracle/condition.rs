//! Conditions, as the oracle reads them. `None` is unknown.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::Oracle;
use super::objects::Object;
use crate::fact::Fact;
use crate::question::Question;
use crate::words::ObjectKind;

/// True if all are, false if any is, else unknown.
fn all(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.into_iter().collect();
    if parts.contains(&Some(false)) {
        Some(false)
    } else if parts.contains(&None) {
        None
    } else {
        Some(true)
    }
}

impl Oracle {
    /// Whether the conditions hold.
    pub(super) fn holds(&self, conditions: &Value, question: &Question<'_>, object: &Object) -> Option<bool> {
        let conditions = conditions.as_object()?;
        if conditions.is_empty() {
            return Some(true);
        }
        let world = self.roots(question, object);
        all(conditions.iter().map(|(path, operand)| {
            let mut actual = &world;
            for key in path.split('.') {
                actual = actual.as_object()?.get(key)?;
            }
            match operand.as_object() {
                Some(operators) if !operators.is_empty() => {
                    all(operators.iter().map(|(name, operand)| operator(name, path, actual, operand)))
                }
                _ => operator("eq", path, actual, operand),
            }
        }))
    }

    fn roots(&self, question: &Question<'_>, object: &Object) -> Value {
        let ids = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>();
        let entity = self.facts.iter().find_map(|fact| match fact {
            Fact::Entity { id, tenant, kind, status, attributes, .. } if *id == question.subject => {
                Some(json!({
                    "id": id, "kind": kind, "tenant_id": tenant, "status": status, "attributes": attributes,
                }))
            }
            _ => None,
        });
        let tenant = object.tenant.map(|id| {
            let attributes = self.facts.iter().find_map(|fact| match fact {
                Fact::Tenant { id: known, attributes, .. } if *known == id => Some(attributes.clone()),
                _ => None,
            });
            let attributes = attributes.unwrap_or_else(|| json!({}));
            json!({"id": id, "status": self.tenant_status(id), "attributes": attributes})
        });
        // Above the group that an entity or resource lies in; above a group.
        let ancestors = match object.kind {
            ObjectKind::Group => &object.above[..],
            _ => object.above.get(1..).unwrap_or_default(),
        };
        let id = (object.kind != ObjectKind::Platform).then_some(object.id);
        let typed = matches!(object.kind, ObjectKind::Entity | ObjectKind::Resource);
        json!({
            "entity": entity,
            "resource": {
                "id": id, "kind": object.sub, "tenant_id": object.tenant, "attributes": object.attributes,
                "parent_group_id": object.above.first(), "ancestor_group_ids": ids(ancestors),
            },
            "object": {
                "id": id, "kind": object.kind, "type": if typed { object.full_type() } else { None },
                "tenant_id": object.tenant, "attributes": object.attributes,
                "parent_group_id": object.above.first(), "ancestor_group_ids": ids(ancestors),
            },
            "tenant": tenant,
            "context": question.context,
            "session": question.session,
        })
    }
}

fn operator(name: &str, path: &str, actual: &Value, operand: &Value) -> Option<bool> {
    match name {
        "eq" => Some(equal_at(path, actual, operand)),
        "neq" => Some(!equal_at(path, actual, operand)),
        "in" => Some(operand.as_array()?.iter().any(|one| equal_at(path, actual, one))),
        "contains" => match (actual, operand) {
            (Value::String(actual), Value::String(part)) => Some(actual.contains(part)),
            (Value::Array(members), one) => Some(members.iter().any(|member| equal(member, one))),
            (Value::Object(actual), Value::String(key)) => Some(actual.contains_key(key)),
            (Value::Object(actual), Value::Object(part)) => {
                Some(part.iter().all(|(key, value)| actual.get(key).is_some_and(|known| equal(known, value))))
            }
            _ => None,
        },
        "gt" | "gte" | "lt" | "lte" => {
            let order = if let (Some(actual), Some(limit)) = (actual.as_f64(), operand.as_f64()) {
                actual.partial_cmp(&limit)?
            } else {
                moment(actual)?.cmp(&moment(operand)?)
            };
            Some(match name {
                "gt" => order.is_gt(),
                "gte" => order.is_ge(),
                "lt" => order.is_lt(),
                _ => order.is_le(),
            })
        }
        _ => None,
    }
}

fn moment(value: &Value) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(value.as_str()?, &Rfc3339).ok()
}

/// Equality, where a type may be written without its coarse kind.
fn equal_at(path: &str, actual: &Value, wanted: &Value) -> bool {
    let bare = match (path, actual.as_str()) {
        ("object.type", Some(text)) => text.split_once(':').map(|(_, sub)| sub),
        _ => None,
    };
    equal(actual, wanted) || (bare.is_some() && bare == wanted.as_str())
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let whole =
                |n: &serde_json::Number| n.as_i64().map(i128::from).or_else(|| n.as_u64().map(i128::from));
            match (whole(a), whole(b)) {
                (Some(a), Some(b)) => a == b,
                _ => a.as_f64() == b.as_f64(),
            }
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| equal(a, b))
        }
        _ => a == b,
    }
}
