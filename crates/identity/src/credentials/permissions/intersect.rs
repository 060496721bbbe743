//! What two lists of permissions have in common.

use atoll_policy::CeilingScope;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::model::Permission;

/// Most permissions of an intersection; what is beyond is left out, which permits less.
const MOST: usize = 1000;

/// What both permit: never more, and less where the two cannot be said in one. That is so for one object on one side and a
/// tenant, a kind or a type on the other, for where an object belongs may change; and for conditions of both on the same
/// path.
pub fn intersection(one: &[Permission], other: &[Permission]) -> Vec<Permission> {
    let pairs = one.iter().flat_map(|left| other.iter().map(move |right| (left, right)));
    let mut common: Vec<Permission> = Vec::new();
    for permission in pairs.filter_map(|(left, right)| both(left, right)) {
        if common.len() >= MOST {
            break;
        }
        if !common.contains(&permission) {
            common.push(permission);
        }
    }
    common
}

fn both(left: &Permission, right: &Permission) -> Option<Permission> {
    let actions: std::collections::BTreeSet<String> =
        left.actions.intersection(&right.actions).cloned().collect();
    if actions.is_empty() {
        return None;
    }
    let scope = narrower(&left.scope, &right.scope)?;
    Some(Permission { actions, scope, conditions: all_of(&left.conditions, &right.conditions)? })
}

fn narrower(left: &CeilingScope, right: &CeilingScope) -> Option<CeilingScope> {
    use CeilingScope::{Kind, Object, Platform, Tenant, Type};
    match (left, right) {
        (Platform, other) | (other, Platform) => Some(other.clone()),
        (Tenant(a), Tenant(b)) => (a == b).then(|| left.clone()),
        (Object(a), Object(b)) => (a == b).then(|| left.clone()),
        (Object(_), _) | (_, Object(_)) => None,
        (Tenant(a), Kind { kind, tenant }) | (Kind { kind, tenant }, Tenant(a)) => {
            Some(Kind { kind: *kind, tenant: tenants(Some(*a), *tenant)? })
        }
        (Tenant(a), Type { object_type, tenant }) | (Type { object_type, tenant }, Tenant(a)) => {
            Some(Type { object_type: object_type.clone(), tenant: tenants(Some(*a), *tenant)? })
        }
        (Kind { kind: a, tenant: s }, Kind { kind: b, tenant: t }) if a == b => {
            Some(Kind { kind: *a, tenant: tenants(*s, *t)? })
        }
        (Kind { kind, tenant: s }, Type { object_type, tenant: t })
        | (Type { object_type, tenant: t }, Kind { kind, tenant: s })
            if *kind == object_type.kind =>
        {
            Some(Type { object_type: object_type.clone(), tenant: tenants(*s, *t)? })
        }
        (Type { object_type: a, tenant: s }, Type { object_type: b, tenant: t }) if a == b => {
            Some(Type { object_type: a.clone(), tenant: tenants(*s, *t)? })
        }
        _ => None,
    }
}

/// The tenant that both mean; outside `None` when they mean different ones.
fn tenants(one: Option<Uuid>, other: Option<Uuid>) -> Option<Option<Uuid>> {
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(Some(one)),
        (one, other) => Some(one.or(other)),
    }
}

/// Conditions that hold when both do.
fn all_of(one: &Value, other: &Value) -> Option<Value> {
    let (Value::Object(one), Value::Object(other)) = (one, other) else { return None };
    let mut all: Map<String, Value> = one.clone();
    for (path, test) in other {
        match all.get(path) {
            Some(same) if same != test => return None,
            _ => all.insert(path.clone(), test.clone()),
        };
    }
    Some(Value::Object(all))
}

#[cfg(test)]
mod tests {
    use atoll_policy::{ObjectKind, ObjectType};
    use serde_json::json;

    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn permission(actions: &[&str], scope: CeilingScope, conditions: Value) -> Permission {
        Permission { actions: actions.iter().map(|one| (*one).to_owned()).collect(), scope, conditions }
    }

    fn common(left: CeilingScope, right: CeilingScope) -> Option<CeilingScope> {
        let of = |scope| permission(&["read"], scope, json!({}));
        let (left, right) = (of(left), of(right));
        let both = intersection(std::slice::from_ref(&left), std::slice::from_ref(&right));
        assert_eq!(both, intersection(&[right], &[left]), "the order does not matter");
        both.into_iter().next().map(|one| one.scope)
    }

    #[test]
    fn scopes_narrow_each_other() {
        let kind = |tenant| CeilingScope::Kind { kind: ObjectKind::Resource, tenant };
        let channel = |tenant| CeilingScope::Type {
            object_type: ObjectType::new(ObjectKind::Resource, "channel"),
            tenant,
        };
        let entities = CeilingScope::Kind { kind: ObjectKind::Entity, tenant: None };
        assert_eq!(common(CeilingScope::Platform, kind(None)), Some(kind(None)));
        assert_eq!(common(CeilingScope::Tenant(ONE), kind(None)), Some(kind(Some(ONE))));
        assert_eq!(common(CeilingScope::Tenant(ONE), channel(Some(ONE))), Some(channel(Some(ONE))));
        assert_eq!(common(kind(Some(ONE)), channel(None)), Some(channel(Some(ONE))));
        assert_eq!(
            common(CeilingScope::Object(ONE), CeilingScope::Object(ONE)),
            Some(CeilingScope::Object(ONE))
        );
        for (left, right) in [
            (CeilingScope::Tenant(ONE), CeilingScope::Tenant(TWO)),
            (CeilingScope::Tenant(ONE), kind(Some(TWO))),
            (kind(Some(ONE)), channel(Some(TWO))),
            (entities, channel(None)),
            (CeilingScope::Object(ONE), CeilingScope::Object(TWO)),
            (CeilingScope::Object(ONE), CeilingScope::Tenant(ONE)),
        ] {
            assert_eq!(common(left, right), None);
        }
    }

    #[test]
    fn actions_and_conditions_of_both_hold() {
        let one = permission(&["read", "write"], CeilingScope::Platform, json!({ "context.a": 1 }));
        let two = permission(&["write", "publish"], CeilingScope::Platform, json!({ "context.b": 2 }));
        let both = intersection(std::slice::from_ref(&one), std::slice::from_ref(&two));
        let expected =
            permission(&["write"], CeilingScope::Platform, json!({ "context.a": 1, "context.b": 2 }));
        assert_eq!(both, [expected]);
        let against = permission(&["write"], CeilingScope::Platform, json!({ "context.a": 2 }));
        assert!(intersection(std::slice::from_ref(&one), &[against]).is_empty());
        let other = permission(&["publish"], CeilingScope::Platform, json!({}));
        assert!(intersection(std::slice::from_ref(&one), &[other]).is_empty());
        assert!(intersection(&[one], &[]).is_empty());
    }
}
