//! The part of a random world that means something to Cedar as well.

use atoll_policy::{Fact, Scope, Window};
use serde_json::{Value, json};

use crate::digits::Digits;

/// Leaves out object groups as scopes and trees of groups that bite their tails; puts attributes and conditions in the place of
/// others that Cedar knows the types of; lets memberships last. What is left is asked about as it is.
pub(crate) fn mapped(facts: Vec<Fact>, d: &mut Digits) -> Vec<Fact> {
    facts.into_iter().filter_map(|fact| one(fact, d)).collect()
}

fn one(mut fact: Fact, d: &mut Digits) -> Option<Fact> {
    d.0 = d.0.wrapping_mul(0x2d99_787f_3f40_57c1_9a3b).wrapping_add(0x9e37_79b9_7f4a_7c15);
    d.0 ^= d.0 >> 61;
    let mut own = *d;
    match &mut fact {
        Fact::Tenant { attributes, .. }
        | Fact::Entity { attributes, .. }
        | Fact::Resource { attributes, .. }
        | Fact::Credential { attributes, .. } => *attributes = some_attributes(&mut own),
        Fact::Group { id, parent, attributes, .. } => {
            *attributes = some_attributes(&mut own);
            *parent = parent.filter(|parent| *parent < *id);
        }
        Fact::Membership { window, .. } => *window = Window::ALWAYS,
        Fact::Block { scope, conditions, .. } => {
            let plain = matches!(
                scope,
                Scope::Platform | Scope::Tenant(_) | Scope::Kind(_) | Scope::Type(_) | Scope::Object { .. }
            );
            if !plain {
                return None;
            }
            if *conditions != json!({}) {
                *conditions = some_condition(&mut own);
            }
        }
        _ => {}
    }
    Some(fact)
}

fn some_attributes(d: &mut Digits) -> Value {
    d.one_of(&[
        json!({}),
        json!({"level": 1, "tags": ["x", "y"]}),
        json!({"level": 3, "site": "north"}),
        json!({"level": "high", "tags": ["z"]}),
        json!({"site": "south", "tags": 7}),
    ])
}

/// One entry with one operator: Cedar stops at the first error of several, Atoll looks at all of them.
fn some_condition(d: &mut Digits) -> Value {
    let path = d.one_of(&[
        "resource.attributes.level",
        "context.level",
        "entity.attributes.level",
        "resource.attributes.site",
        "entity.kind",
        "context.site",
    ]);
    match d.below(8) {
        0 => json!({ path: { "eq": d.one_of(&[json!(1), json!("north"), json!("human")]) } }),
        1 => json!({ path: d.one_of(&[json!(3), json!("high"), json!("device")]) }),
        2 => json!({ path: { "neq": d.one_of(&[json!(1), json!("north"), json!("human")]) } }),
        3 => json!({ path: { "in": [1, "human", "south", 2] } }),
        4 => json!({ path: { "gt": 1 } }),
        5 => json!({ path: { "lte": 2 } }),
        6 => json!({ path: { d.one_of(&["lt", "gte"]): 3 } }),
        _ => json!({ "resource.attributes.tags": { "contains": d.one_of(&["x", "z"]) } }),
    }
}
