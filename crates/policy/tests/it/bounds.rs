//! Whatever a caller within its bound changes, nobody can do more afterwards than the caller could before.

use atoll_policy::{
    At, Change, Comparison, Effect, EntityKind, Fact, FactKey, GateOn, GroupFlavour, ObjectKind, Question,
    Scope, Selector, Shift, Status, Subject, When, World,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::digits::{Class, Digits, id};
use crate::{profile, worlds};

/// Changes a short run looks at.
const CHANGES: u32 = 6_000;

#[test]
fn nobody_is_raised_above_what_the_caller_has() {
    let numbers = |count| prop::collection::vec(any::<u128>(), count);
    let (passed, gained) = (AtomicU32::new(0), AtomicU32::new(0));
    let changes = profile::cases(CHANGES);
    let config = Config { cases: changes, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(numbers(worlds::size()), numbers(worlds::size()), any::<u128>()), |(facts, others, choice)| {
            let facts = fitting(plain(worlds::facts(&facts)));
            let others = plain(worlds::facts(&others));
            check(&facts, &others, Digits(choice), &passed, &gained)
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let (passed, gained) = (passed.into_inner(), gained.into_inner());
    assert!(
        passed >= changes / 20 && gained >= changes / 200,
        "{passed} passed, {gained} of them gave something"
    );
}

/// Without conditions, which judge by attributes and the context, and without windows.
fn plain(mut facts: Vec<Fact>) -> Vec<Fact> {
    for fact in &mut facts {
        match fact {
            Fact::Block { conditions, .. } => *conditions = json!({}),
            Fact::Member { window, .. }
            | Fact::Membership { window, .. }
            | Fact::Assignment { window, .. }
            | Fact::DirectPolicy { window, .. } => *window = atoll_policy::Window::ALWAYS,
            _ => {}
        }
    }
    facts
}

/// Whether the rooms would let this lie where it does: below something of the same tenant and flavour. The bound counts on
/// that.
fn fits(world: &World, fact: &Fact) -> bool {
    match fact {
        Fact::Group { tenant, flavour, parent: Some(parent), .. } => {
            world.group(*parent).is_some_and(|above| above.tenant == *tenant && above.flavour == *flavour)
        }
        Fact::Placement { object, group } => {
            let of_group = world.group(*group).filter(|row| row.flavour == GroupFlavour::Object);
            of_group.is_some_and(|row| world.object_tenant(*object) == Some(row.tenant))
        }
        _ => true,
    }
}

/// The facts with nothing below what it does not fit under.
fn fitting(mut facts: Vec<Fact>) -> Vec<Fact> {
    let world = World::load(true, facts.clone());
    facts.retain(|fact| !matches!(fact, Fact::Placement { .. }) || fits(&world, fact));
    for fact in &mut facts {
        let fits = fits(&world, fact);
        if let Fact::Group { parent, .. } = fact
            && !fits
        {
            *parent = None;
        }
    }
    facts
}

/// Whether the bound is about such facts.
fn bounded(key: &FactKey) -> bool {
    matches!(
        key,
        FactKey::DirectPolicy { .. }
            | FactKey::Assignment { .. }
            | FactKey::RoleBlock { .. }
            | FactKey::Role { .. }
            | FactKey::Block { .. }
            | FactKey::Member { .. }
            | FactKey::Placement { .. }
    )
}

fn check(
    facts: &[Fact],
    others: &[Fact],
    mut d: Digits,
    passed: &AtomicU32,
    gained: &AtomicU32,
) -> Result<(), TestCaseError> {
    let before = World::load(true, facts.to_vec());
    let caller = id(Class::Entity, d.below(3));
    let mut changes = Vec::new();
    for _ in 0..1 + d.below(2) {
        let from = if d.below(3) == 0 { facts } else { others };
        let Some(fact) = from.get(d.below(from.len().max(1))) else { continue };
        match (before.fact(&fact.key()), fact) {
            // Groups are made and moved to other tenants by nobody here: what is new is not handed out.
            (Some(Fact::Group { id, tenant, flavour, name, attributes, .. }), Fact::Group { .. }) => {
                let Fact::Group { status, deleted, parent, .. } = fact.clone() else { unreachable!() };
                changes.push(Change::Put(Fact::Group {
                    id,
                    tenant,
                    flavour,
                    name,
                    status,
                    deleted,
                    parent,
                    attributes,
                }));
            }
            (None, Fact::Group { .. }) => {}
            _ if bounded(&fact.key()) => {
                let drop = d.below(3) == 0;
                changes.push(if drop { Change::Drop(fact.key()) } else { Change::Put(fact.clone()) });
            }
            _ => {}
        }
    }
    // Checked one by one: that the changes fit together as well is up to the rooms.
    changes.retain(|change| match change {
        Change::Put(fact) => fits(&before, fact),
        Change::Drop(_) => true,
    });
    let after = before.apply(&changes);
    let administers = ["manage", "policy.manage"].into_iter().all(|action| {
        before.gate(caller, When::At(1), None, &[GateOn { action, at: At::Platform }]).is_allowed()
    });
    if changes.is_empty() || administers || before.exceeding(caller, None, 1, &after, &changes).is_some() {
        return Ok(());
    }
    passed.fetch_add(1, Ordering::Relaxed);
    let how = Comparison { now: 1, tenant: None, limit: 10_000, budget: 100_000 };
    let found = before.differences(&after, &changes, &how);
    prop_assert!(found.complete);
    // A group that comes back is there again for whoever may do something to all groups.
    let came_back = |shift: &Shift| {
        let hidden =
            before.group(shift.object.id).is_some_and(|row| row.deleted || row.status == Status::Inactive);
        shift.object.kind == ObjectKind::Group && hidden
    };
    for shift in found.shifts.iter().filter(|shift| shift.gained && !came_back(shift)) {
        gained.fetch_add(1, Ordering::Relaxed);
        let nothing = json!({});
        let question = Question {
            subject: caller,
            action: &shift.action,
            object: Selector::object(shift.object),
            context: &nothing,
            session: &nothing,
            now: 1,
            ceiling: None,
            administrative: shift.object.kind != ObjectKind::Platform,
        };
        let decision = before.decide(&question).unwrap();
        prop_assert!(decision.allowed, "{:?} by {} through {:?}: {:?}", shift, caller, changes, decision);
    }
    Ok(())
}

/// A principal group is an object too: moved out from under another, it may leave a deny behind.
#[test]
fn a_principal_group_that_leaves_a_deny_behind_counts() {
    let [high, low] = [0, 1].map(|n| id(Class::PrincipalGroup, n));
    let [caller, reader] = [0, 1].map(|n| id(Class::Entity, n));
    let read = id(Class::Action, 0);
    let group = |id, parent| Fact::Group {
        id,
        tenant: None,
        flavour: GroupFlavour::Principal,
        name: "group".to_owned(),
        status: Status::Active,
        deleted: false,
        parent,
        attributes: json!({}),
    };
    let entity = |id| Fact::Entity {
        id,
        tenant: None,
        kind: EntityKind::Human,
        name: "somebody".to_owned(),
        status: Status::Active,
        deleted: false,
        attributes: json!({}),
    };
    let held = |number, scope, effect| {
        let (block, conditions) = (id(Class::Block, number), json!({}));
        let subject = Subject::Entity(reader);
        let window = atoll_policy::Window::ALWAYS;
        [
            Fact::Block { id: block, tenant: None, scope, effect, conditions, actions: vec![read] },
            Fact::DirectPolicy { id: id(Class::Policy, number), tenant: None, subject, block, window },
        ]
    };
    let mut facts = vec![group(high, None), group(low, Some(high)), entity(caller), entity(reader)];
    facts.push(Fact::Action { id: read, name: "read".to_owned() });
    facts.extend(held(0, Scope::Platform, Effect::Allow));
    facts.extend(held(1, Scope::GroupDescendantGroups { group: high }, Effect::Deny));
    let before = World::load(true, facts);
    let changes = [Change::Put(group(low, None))];
    let after = before.apply(&changes);
    let exceeding = before.exceeding(caller, None, 1, &after, &changes);
    assert!(exceeding.is_some_and(|exceeding| &*exceeding.action == "read"));
}
