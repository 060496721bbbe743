//! Random questions, ceilings and gates.

use atoll_policy::{
    At, Ceiling, CeilingEntry, CeilingScope, GateOn, ObjectKind, ObjectRef, ObjectType, Question, Selector,
    When,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::digits::{Class, Digits, id};
use crate::worlds::{ACTIONS, any_object, conditions};

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) subject: Uuid,
    pub(crate) action: &'static str,
    pub(crate) object: Selector<'static>,
    pub(crate) context: Value,
    pub(crate) session: Value,
    pub(crate) now: i64,
    pub(crate) ceiling: Option<Ceiling>,
    pub(crate) administrative: bool,
    /// When the gates are asked.
    pub(crate) when: When,
    pub(crate) gates: Vec<GateOn<'static>>,
}

impl Asked {
    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            subject: self.subject,
            action: self.action,
            object: self.object,
            context: &self.context,
            session: &self.session,
            now: self.now,
            ceiling: self.ceiling.as_ref(),
            administrative: self.administrative,
        }
    }

    pub(crate) fn decode(number: u128, second: u128) -> Self {
        let (mut d, mut more) = (Digits(number), Digits(second));
        Self {
            subject: id(Class::Entity, d.one_of(&[0, 1, 2, 0, 1, 3, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 9])),
            action: d.one_of(&[0, 1, 0, 2, 0, 1, 0, 1, 0, 3, 0, 4].map(|n| ACTIONS[n])),
            object: selector(&mut d),
            context: d.one_of(&[
                json!({}),
                json!({"level": 2, "since": "2026-02-01T00:00:00Z"}),
                json!({"level": "high"}),
                json!({"level": {"deeper": true}}),
                json!(null),
                json!("x"),
            ]),
            session: d.one_of(&[json!({}), json!({"mfa": true}), json!({"mfa": false})]),
            now: more.one_of(&[0, 1, 2, 3]),
            ceiling: d.sixteenths(8).then(|| ceiling(&mut d)),
            administrative: d.sixteenths(2),
            when: more.one_of(&[When::At(0), When::At(2), When::Lasting, When::At(1)]),
            gates: (0..1 + more.below(3)).map(|_| gate(&mut more)).collect(),
        }
    }
}

fn selector(d: &mut Digits) -> Selector<'static> {
    let by_kind = |object: ObjectRef| Selector::object(object);
    match d.below(40) {
        0 => Selector::default(),
        1 => Selector { object_id: None, ..by_kind(any_object(d)) },
        2 => Selector { object_kind: None, ..by_kind(any_object(d)) },
        3 => Selector { object_kind: d.one_of(&[Some("platform"), Some("role")]), ..by_kind(any_object(d)) },
        4 => by_kind(ObjectRef::PLATFORM),
        5 => Selector { resource_id: Some(id(Class::Resource, d.below(6))), ..by_kind(any_object(d)) },
        6..16 => Selector::resource(id(Class::Resource, d.below(6))),
        _ => by_kind(any_object(d)),
    }
}

fn ceiling(d: &mut Digits) -> Ceiling {
    let entries = (0..d.below(4)).map(|_| {
        let actions = d.one_of(&[vec![0, 1], vec![0], vec![1, 2], vec![0, 1, 2, 3]]);
        let tenant = |d: &mut Digits| d.one_of(&[None, Some(0), Some(1)]).map(|n| id(Class::Tenant, n));
        let scope = match d.below(7) {
            0 => CeilingScope::Platform,
            1 | 2 => CeilingScope::Tenant(id(Class::Tenant, d.below(2))),
            3 => CeilingScope::Kind {
                kind: d.one_of(&[ObjectKind::Resource, ObjectKind::Entity, ObjectKind::Group]),
                tenant: tenant(d),
            },
            4 => CeilingScope::Type {
                object_type: d.one_of(&[
                    ObjectType::new(ObjectKind::Resource, "channel"),
                    ObjectType::new(ObjectKind::Entity, "human"),
                    ObjectType::new(ObjectKind::Tenant, "tenant"),
                ]),
                tenant: tenant(d),
            },
            _ => CeilingScope::Object(any_object(d).id),
        };
        let conditions = if d.sixteenths(4) { conditions(d) } else { json!({}) };
        CeilingEntry::new(actions.into_iter().map(|n: usize| ACTIONS[n]), scope, &conditions)
    });
    Ceiling { entries: entries.collect() }
}

fn gate(d: &mut Digits) -> GateOn<'static> {
    let action = d.one_of(&[0, 0, 1, 2, 3, 0, 1, 4].map(|n| ACTIONS[n]));
    let at = match d.below(9) {
        0 => At::Platform,
        1..4 => At::Tenant(id(Class::Tenant, d.one_of(&[0, 0, 1, 2]))),
        4 => At::Object {
            object: ObjectRef::new(ObjectKind::Role, id(Class::Role, d.below(4))),
            tenant: d.tenant(),
        },
        5 => At::Object { object: of_the_house(d), tenant: d.tenant() },
        _ => At::Object { object: any_object(d), tenant: d.tenant() },
    };
    GateOn { action, at }
}

/// What only gates are asked about.
fn of_the_house(d: &mut Digits) -> ObjectRef {
    d.one_of(&[
        ObjectRef::new(ObjectKind::Policy, id(Class::Policy, 0)),
        ObjectRef::new(ObjectKind::Policy, id(Class::Assignment, 1)),
        ObjectRef::new(ObjectKind::AuditLog, id(Class::Tenant, 0)),
        ObjectRef::new(ObjectKind::SigningKey, id(Class::Tenant, 1)),
        ObjectRef::new(ObjectKind::Policy, id(Class::Policy, 99)),
        ObjectRef::PLATFORM,
    ])
}
