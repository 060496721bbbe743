//! Random worlds, small and dense: a few of everything, so that what is granted and what is asked often meet.

use atoll_policy::{
    Effect, EntityKind, Fact, GroupFlavour, ObjectKind, ObjectRef, ObjectType, Scope, Status, Subject,
    TenantStatus, Window,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::digits::{Class, Digits, id};

/// Names of the actions; the last is never registered.
pub(crate) const ACTIONS: [&str; 5] = ["read", "write", "publish", "manage", "fly"];

/// What stands at each position of the numbers that make a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Tenant(usize),
    Entity(usize),
    Resource(usize),
    PrincipalGroup(usize),
    ObjectGroup(usize),
    Credential(usize),
    Action(usize),
    Applicability,
    /// One of the first two actions applies to one of the kinds.
    Usual(usize),
    Block(usize),
    Role(usize),
    RoleBlock,
    Assignment(usize),
    Policy(usize),
    Member,
    Membership,
    Placement,
}

fn slots() -> Vec<Slot> {
    let mut slots = Vec::new();
    slots.extend((0..3).map(Slot::Tenant));
    slots.extend((0..5).map(Slot::Entity));
    slots.extend((0..5).map(Slot::Resource));
    slots.extend((0..4).map(Slot::PrincipalGroup));
    slots.extend((0..5).map(Slot::ObjectGroup));
    slots.extend((0..2).map(Slot::Credential));
    slots.extend((0..4).map(Slot::Action));
    slots.extend([Slot::Applicability; 8]);
    slots.extend((0..10).map(Slot::Usual));
    slots.extend((0..10).map(Slot::Block));
    slots.extend((0..3).map(Slot::Role));
    slots.extend([Slot::RoleBlock; 12]);
    slots.extend((0..9).map(Slot::Assignment));
    slots.extend((0..14).map(Slot::Policy));
    slots.extend([Slot::Member; 7]);
    slots.extend([Slot::Membership; 3]);
    slots.extend([Slot::Placement; 7]);
    slots
}

/// How many numbers make a world.
pub(crate) fn size() -> usize {
    slots().len()
}

/// The facts of a world, one for each number, except where a number means that there is none.
pub(crate) fn facts(numbers: &[u128]) -> Vec<Fact> {
    slots().into_iter().zip(numbers).filter_map(|(slot, number)| fact(slot, Digits(*number))).collect()
}

fn fact(slot: Slot, mut d: Digits) -> Option<Fact> {
    // An absent fact is the plainest one.
    if d.below(64) == 0 {
        return None;
    }
    Some(match slot {
        Slot::Tenant(n) => {
            // The first tenant is mostly in use, the last one mostly not.
            let status = match d.below([40, 14, 5][n]) {
                1 => TenantStatus::Inactive,
                2 => TenantStatus::Frozen,
                3 => TenantStatus::Deleted,
                _ => TenantStatus::Active,
            };
            Fact::Tenant { id: id(Class::Tenant, n), status, attributes: d.attributes() }
        }
        Slot::Entity(n) => Fact::Entity {
            id: id(Class::Entity, n),
            // Those that ask most belong to the tenant that is mostly in use.
            tenant: if n < 2 {
                d.one_of(&[Some(0), None, Some(0)]).map(|n| id(Class::Tenant, n))
            } else {
                d.tenant()
            },
            kind: d.one_of(&[EntityKind::Human, EntityKind::Device, EntityKind::Human, EntityKind::Service]),
            name: format!("entity-{n}"),
            status: status(&mut d),
            deleted: d.below(64) == 63,
            attributes: d.attributes(),
        },
        Slot::Resource(n) => Fact::Resource {
            id: id(Class::Resource, n),
            tenant: d.tenant(),
            kind: d.one_of(&["channel", "rule", "channel"]).to_owned(),
            name: None,
            deleted: d.sixteenths(1),
            attributes: d.attributes(),
        },
        Slot::PrincipalGroup(n) => group(Class::PrincipalGroup, GroupFlavour::Principal, n, 4, &mut d),
        Slot::ObjectGroup(n) => group(Class::ObjectGroup, GroupFlavour::Object, n, 5, &mut d),
        Slot::Credential(n) => Fact::Credential {
            id: id(Class::Credential, n),
            entity: id(Class::Entity, d.below(5)),
            tenant: d.tenant(),
            kind: d.one_of(&["access_token", "password"]).to_owned(),
            attributes: d.attributes(),
        },
        // Now and then two share a name.
        Slot::Action(n) => {
            let named = if d.sixteenths(1) { n.saturating_sub(1) } else { n };
            Fact::Action { id: id(Class::Action, n), name: ACTIONS[named].to_owned() }
        }
        Slot::Applicability => {
            let (object_kind, object_type) = d.one_of(&[
                (ObjectKind::Resource, None),
                (ObjectKind::Entity, None),
                (ObjectKind::Group, None),
                (ObjectKind::Tenant, None),
                (ObjectKind::Credential, None),
                (ObjectKind::Resource, Some("resource:channel")),
                (ObjectKind::Resource, Some("rule")),
                (ObjectKind::Entity, Some("entity:human")),
                (ObjectKind::Entity, Some("resource:channel")),
                (ObjectKind::Group, Some("group:group")),
                (ObjectKind::Resource, None),
                (ObjectKind::Entity, None),
            ]);
            let action = id(Class::Action, d.below(4));
            Fact::Applicability { action, object_kind, object_type: object_type.map(str::to_owned) }
        }
        Slot::Usual(n) => {
            use ObjectKind::{Credential, Entity, Group, Resource, Tenant};
            let object_kind = [Resource, Entity, Group, Tenant, Credential][n / 2];
            Fact::Applicability { action: id(Class::Action, n % 2), object_kind, object_type: None }
        }
        // A few blocks are plain and wide, so that enough is allowed.
        Slot::Block(n @ 0..3) => Fact::Block {
            id: id(Class::Block, n),
            tenant: None,
            scope: d.one_of(&[
                Scope::Platform,
                Scope::Kind(ObjectKind::Resource),
                Scope::Platform,
                Scope::Tenant(id(Class::Tenant, 0)),
            ]),
            effect: Effect::Allow,
            conditions: json!({}),
            actions: d
                .one_of(&[vec![0, 1], vec![0, 1, 2, 3], vec![0]])
                .into_iter()
                .map(|n: usize| id(Class::Action, n))
                .collect(),
        },
        // And two refuse a good deal.
        Slot::Block(n @ (3 | 4)) => Fact::Block {
            id: id(Class::Block, n),
            tenant: None,
            scope: d.one_of(&[
                Scope::Kind(ObjectKind::Entity),
                Scope::Type(ObjectType::new(ObjectKind::Resource, "channel")),
                Scope::Tenant(id(Class::Tenant, 0)),
                Scope::Platform,
            ]),
            effect: Effect::Deny,
            conditions: if d.sixteenths(8) { conditions(&mut d) } else { json!({}) },
            actions: d
                .one_of(&[vec![0], vec![1], vec![0, 2]])
                .into_iter()
                .map(|n: usize| id(Class::Action, n))
                .collect(),
        },
        Slot::Block(n) => block(id(Class::Block, n), &mut d),
        Slot::Role(n) => Fact::Role {
            id: id(Class::Role, n),
            tenant: d.tenant(),
            name: format!("role-{n}"),
            deleted: d.sixteenths(1),
        },
        Slot::RoleBlock => Fact::RoleBlock {
            role: id(Class::Role, d.below(3)),
            block: id(Class::Block, d.one_of(&[0, 3, 1, 4, 5, 6, 3, 7, 8, 9, 2])),
        },
        Slot::Assignment(n) => Fact::Assignment {
            id: id(Class::Assignment, n),
            subject: subject(&mut d),
            role: id(Class::Role, d.below(3)),
            tenant: boundary(&mut d),
            window: window(&mut d),
        },
        Slot::Policy(n) => Fact::DirectPolicy {
            id: id(Class::Policy, n),
            subject: subject(&mut d),
            block: id(Class::Block, d.below(10)),
            tenant: boundary(&mut d),
            window: window(&mut d),
        },
        Slot::Member => Fact::Member {
            group: id(Class::PrincipalGroup, d.below(4)),
            entity: id(Class::Entity, d.below(5)),
            window: window(&mut d),
        },
        Slot::Membership => Fact::Membership {
            tenant: id(Class::Tenant, d.below(3)),
            entity: id(Class::Entity, d.below(5)),
            window: window(&mut d),
        },
        Slot::Placement => Fact::Placement {
            object: if d.sixteenths(5) {
                ObjectRef::new(ObjectKind::Entity, id(Class::Entity, d.below(5)))
            } else {
                ObjectRef::new(ObjectKind::Resource, id(Class::Resource, d.below(5)))
            },
            group: id(Class::ObjectGroup, d.below(5)),
        },
    })
}

fn status(d: &mut Digits) -> Status {
    use Status::{Active, Inactive, Suspended};
    d.one_of(&[
        Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active,
        Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Suspended,
        Inactive,
    ])
}

/// Questions are asked at moments between 0 and 3.
fn window(d: &mut Digits) -> Window {
    if !d.sixteenths(4) {
        return Window::ALWAYS;
    }
    let edges = [(None, Some(2)), (Some(1), None), (Some(1), Some(3)), (Some(2), Some(1)), (None, Some(0))];
    let (not_before, expires) = d.one_of(&edges);
    Window { not_before, expires }
}

fn boundary(d: &mut Digits) -> Option<Uuid> {
    d.one_of(&[None, None, Some(0), Some(0), None, Some(0), None, Some(1)]).map(|n| id(Class::Tenant, n))
}

fn subject(d: &mut Digits) -> Subject {
    let entity = |n| Subject::Entity(id(Class::Entity, n));
    let group = |n| Subject::Group(id(Class::PrincipalGroup, n));
    d.one_of(&[
        entity(0),
        entity(1),
        group(0),
        entity(2),
        group(1),
        entity(0),
        group(2),
        entity(1),
        group(3),
        entity(3),
    ])
}

fn group(class: Class, flavour: GroupFlavour, n: usize, count: usize, d: &mut Digits) -> Fact {
    let other = match flavour {
        GroupFlavour::Principal => Class::ObjectGroup,
        GroupFlavour::Object => Class::PrincipalGroup,
    };
    Fact::Group {
        id: id(class, n),
        tenant: d.tenant(),
        flavour,
        name: format!("group-{n}"),
        status: status(d),
        deleted: d.sixteenths(1),
        // Mostly upwards, sometimes in a circle, rarely to the other side.
        parent: match d.below(8) {
            0 | 1 => None,
            2..6 if n > 0 => Some(id(class, d.below(n))),
            6 => Some(id(class, d.below(count))),
            7 => Some(id(other, d.below(4))),
            _ => None,
        },
        attributes: d.attributes(),
    }
}

fn block(block: Uuid, d: &mut Digits) -> Fact {
    let scope = scope(d);
    let own = boundary(d);
    let tenant = match &scope {
        // A tenant scope names the tenant of its block, except where somebody recorded nonsense.
        Scope::Tenant(tenant) if !d.sixteenths(2) => Some(*tenant),
        _ => own,
    };
    let actions =
        [vec![0], vec![0, 1], vec![1], vec![2, 0], vec![3, 2, 1, 0], vec![4, 1], vec![0, 0], vec![]];
    Fact::Block {
        id: block,
        tenant,
        scope,
        effect: if d.sixteenths(7) { Effect::Deny } else { Effect::Allow },
        actions: d.one_of(&actions).into_iter().map(|n: usize| id(Class::Action, n)).collect(),
        conditions: if d.sixteenths(7) { conditions(d) } else { json!({}) },
    }
}

fn scope(d: &mut Digits) -> Scope {
    let types = [
        ObjectType::new(ObjectKind::Resource, "channel"),
        ObjectType::new(ObjectKind::Entity, "human"),
        ObjectType::new(ObjectKind::Resource, "rule"),
        ObjectType::new(ObjectKind::Group, "group"),
        ObjectType::new(ObjectKind::Entity, "device"),
        ObjectType::new(ObjectKind::Credential, "password"),
    ];
    let kinds = [
        ObjectKind::Resource,
        ObjectKind::Entity,
        ObjectKind::Group,
        ObjectKind::Tenant,
        ObjectKind::Resource,
        ObjectKind::Credential,
        ObjectKind::Platform,
        ObjectKind::Role,
        ObjectKind::Policy,
        ObjectKind::AuditLog,
    ];
    // A scope may name a principal group as well; nothing lies open below that.
    let group = |d: &mut Digits| match d.below(8) {
        n @ 0..5 => id(Class::ObjectGroup, n),
        n @ 5..7 => id(Class::ObjectGroup, n - 5),
        _ => id(Class::PrincipalGroup, 0),
    };
    match d.below(22) {
        0 | 1 | 20 => Scope::Platform,
        2..5 | 21 => Scope::Tenant(id(Class::Tenant, d.one_of(&[0, 0, 0, 1, 0, 2]))),
        5..8 => Scope::Kind(d.one_of(&kinds)),
        8..10 => Scope::Type(d.one_of(&types)),
        10..13 => {
            let object = any_object(d);
            let kind = d.one_of(&[Some(object.kind), None]);
            Scope::Object { id: object.id, kind, object_type: None }
        }
        13..15 => Scope::GroupDirectObjects { group: group(d), object_type: d.one_of(&types[..3]) },
        15..17 => Scope::GroupDescendantObjects { group: group(d), object_type: d.one_of(&types[..3]) },
        17 => Scope::GroupChildGroups { group: group(d) },
        18 => Scope::GroupDescendantGroups { group: group(d) },
        _ => Scope::Group { group: group(d) },
    }
}

/// An object of any kind that can be asked about; some do not exist.
pub(crate) fn any_object(d: &mut Digits) -> ObjectRef {
    match d.below(16) {
        0..7 => ObjectRef::new(ObjectKind::Resource, id(Class::Resource, d.below(6))),
        7..10 => ObjectRef::new(ObjectKind::Entity, id(Class::Entity, d.below(5))),
        10 | 11 => ObjectRef::new(ObjectKind::Group, id(Class::ObjectGroup, d.below(5))),
        12 => ObjectRef::new(ObjectKind::Group, id(Class::PrincipalGroup, d.below(4))),
        13 | 14 => ObjectRef::new(ObjectKind::Tenant, id(Class::Tenant, d.below(3))),
        _ => ObjectRef::new(ObjectKind::Credential, id(Class::Credential, d.below(2))),
    }
}

/// Conditions of one or two entries; now and then none that could ever be judged.
pub(crate) fn conditions(d: &mut Digits) -> Value {
    if d.sixteenths(1) {
        return d.one_of(&[json!([]), json!(null), json!("x")]);
    }
    let entries = 1 + usize::from(d.sixteenths(5));
    let entries = (0..entries).map(|_| (path(d).to_owned(), operand(d)));
    Value::Object(entries.collect())
}

fn path(d: &mut Digits) -> &'static str {
    d.one_of(&[
        "context.level",
        "entity.kind",
        "object.type",
        "resource.attributes.level",
        "entity.attributes.tags",
        "context.since",
        "object.kind",
        "resource.kind",
        "tenant.attributes.site",
        "tenant.status",
        "session.mfa",
        "object.parent_group_id",
        "object.ancestor_group_ids",
        "resource.attributes.deep.level",
        "tenant",
        "entity.name",
        "object.attributes",
        "context.level.deeper",
        "nothing.at.all",
        "entity.tenant_id",
    ])
}

fn operand(d: &mut Digits) -> Value {
    let literal = d.one_of(&[
        json!("channel"),
        json!(1),
        json!("human"),
        json!("resource:channel"),
        json!(true),
        json!("2026-03-01T00:00:00Z"),
        json!(2.5),
        json!(null),
        json!(["x", 1, "channel", "human", "resource:rule"]),
        json!({}),
        json!({"x": 1}),
        json!("x"),
        json!(id(Class::ObjectGroup, 0)),
        json!(id(Class::Tenant, 0)),
        json!("active"),
    ]);
    match d.below(12) {
        0 | 1 => literal,
        2 => json!({"eq": literal}),
        3 => json!({"neq": literal}),
        4 => json!({"contains": literal}),
        5 => json!({"in": literal}),
        6 => json!({"in": [literal, 1]}),
        7 => json!({"gt": literal}),
        8 => json!({"gte": literal, "lt": 3}),
        9 => json!({"lte": literal}),
        10 => json!({"like": literal}),
        _ => json!({"neq": literal, "lt": 2}),
    }
}
