//! Custom endpoints as objects, of which only the tenant is known: the engine and the oracle agree about them.

use atoll_policy::oracle::Oracle;
use atoll_policy::{
    Change, Effect, EntityKind, Fact, ObjectKind, ObjectRef, Question, Scope, Selector, Status, Subject,
    TenantStatus, Window, World,
};
use serde_json::json;
use uuid::Uuid;

use crate::digits::{Class, id};

/// Of one tenant, of another, of the platform; the last does not exist.
const ENDPOINTS: usize = 4;

fn endpoint(number: usize) -> Uuid {
    Uuid::from_u128((99 << 64) | number as u128)
}

fn only(number: usize, kind: Option<ObjectKind>) -> Scope {
    Scope::Object { id: endpoint(number), kind, object_type: None }
}

fn granted(number: usize, scope: Scope, effect: Effect) -> [Fact; 2] {
    let (block, subject) = (id(Class::Block, number), Subject::Entity(id(Class::Entity, 0)));
    let actions = vec![id(Class::Action, 0)];
    [
        Fact::Block { id: block, tenant: None, scope, effect, conditions: json!({}), actions },
        Fact::DirectPolicy {
            id: id(Class::Policy, number),
            tenant: None,
            subject,
            block,
            window: Window::ALWAYS,
        },
    ]
}

/// Somebody of the platform and three endpoints; who refuses something allows everything else.
fn facts(scope: Scope, effect: Effect, status: TenantStatus) -> Vec<Fact> {
    let tenants = [status, TenantStatus::Active].into_iter().enumerate();
    let mut facts: Vec<Fact> = tenants
        .map(|(n, status)| Fact::Tenant { id: id(Class::Tenant, n), status, attributes: json!({}) })
        .collect();
    facts.push(Fact::Entity {
        id: id(Class::Entity, 0),
        tenant: None,
        kind: EntityKind::Service,
        name: "caller".to_owned(),
        status: Status::Active,
        deleted: false,
        attributes: json!({}),
    });
    let of = [Some(id(Class::Tenant, 0)), Some(id(Class::Tenant, 1)), None];
    facts.extend(of.into_iter().enumerate().map(|(n, tenant)| Fact::ApiEndpoint { id: endpoint(n), tenant }));
    let (action, object_kind) = (id(Class::Action, 0), ObjectKind::ApiEndpoint);
    facts.push(Fact::Action { id: action, name: "execute".to_owned() });
    facts.push(Fact::Applicability { action, object_kind, object_type: None });
    facts.extend(granted(0, scope, effect));
    if effect == Effect::Deny {
        facts.extend(granted(1, Scope::Platform, Effect::Allow));
    }
    facts
}

/// Which of the endpoints may be called, once the engine and the oracle have said the same of each.
fn callable(world: &World, oracle: &Oracle) -> [bool; ENDPOINTS] {
    let nothing = json!({});
    std::array::from_fn(|n| {
        let question = Question {
            subject: id(Class::Entity, 0),
            action: "execute",
            object: Selector::object(ObjectRef::new(ObjectKind::ApiEndpoint, endpoint(n))),
            context: &nothing,
            session: &nothing,
            now: 1,
            ceiling: None,
            administrative: false,
        };
        let (found, expected) = (world.decide(&question).unwrap(), oracle.decide(&question).unwrap());
        assert_eq!((found.allowed, found.reason.to_string()), (expected.allowed, expected.reason), "{n}");
        found.allowed
    })
}

#[test]
fn engine_and_oracle_agree_about_custom_endpoints() {
    let scopes = [
        Scope::Platform,
        Scope::Tenant(id(Class::Tenant, 0)),
        Scope::Tenant(id(Class::Tenant, 1)),
        Scope::Kind(ObjectKind::ApiEndpoint),
        Scope::Kind(ObjectKind::Resource),
        only(0, Some(ObjectKind::ApiEndpoint)),
        only(2, None),
    ];
    for scope in scopes {
        for effect in [Effect::Allow, Effect::Deny] {
            for status in [TenantStatus::Active, TenantStatus::Frozen, TenantStatus::Deleted] {
                let facts = facts(scope.clone(), effect, status);
                let oracle = Oracle::new(true, facts.clone());
                let loaded = World::load(true, facts.clone());
                let changes: Vec<Change> = facts.iter().cloned().map(Change::Put).collect();
                let changed = World::new(true).apply(&changes);
                assert_eq!(callable(&loaded, &oracle), callable(&changed, &oracle), "{scope:?}");
            }
        }
    }
}

#[test]
fn a_grant_on_an_endpoint_reaches_it_alone_and_ends_with_it() {
    let facts = facts(only(0, Some(ObjectKind::ApiEndpoint)), Effect::Allow, TenantStatus::Active);
    let world = World::load(true, facts.clone());
    assert_eq!(callable(&world, &Oracle::new(true, facts.clone())), [true, false, false, false]);
    let is_it = |fact: &Fact| matches!(fact, Fact::ApiEndpoint { id, .. } if *id == endpoint(0));
    let gone: Vec<Change> =
        facts.iter().filter(|fact| is_it(fact)).map(|fact| Change::Drop(fact.key())).collect();
    let left: Vec<Fact> = facts.into_iter().filter(|fact| !is_it(fact)).collect();
    assert_eq!(callable(&world.apply(&gone), &Oracle::new(true, left)), [false; ENDPOINTS]);
}
