//! The difference between two worlds is what asking both of them everything shows.

use atoll_policy::{
    Change, Comparison, Fact, FactKey, ObjectKind, ObjectRef, Question, Selector, Shift, World,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use uuid::Uuid;

use crate::digits::Digits;
use crate::profile;
use crate::worlds::{self, ACTIONS};

/// Pairs of worlds a short run looks at.
const PAIRS: u32 = 400;

#[test]
fn differences_are_what_asking_everything_shows() {
    let numbers = |count| prop::collection::vec(any::<u128>(), count);
    let config = Config { cases: profile::cases(PAIRS), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&(numbers(worlds::size()), numbers(worlds::size()), any::<u128>()), |(facts, others, choice)| {
            check(&worlds::facts(&facts), &worlds::facts(&others), Digits(choice))
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

fn check(facts: &[Fact], others: &[Fact], mut d: Digits) -> Result<(), TestCaseError> {
    let before = World::load(true, facts.to_vec());
    // A handful of facts of the one world are put into the other or taken from it.
    let changes: Vec<Change> = (0..1 + d.below(4))
        .map(|_| {
            let put = d.below(2) == 0;
            if put && !others.is_empty() {
                Change::Put(others[d.below(others.len())].clone())
            } else {
                Change::Drop(facts[d.below(facts.len().max(1))].key())
            }
        })
        .collect();
    let after = before.apply(&changes);
    let how = Comparison { now: 1, tenant: None, limit: 100_000, budget: 1_000_000 };
    let found = before.differences(&after, &changes, &how);
    prop_assert!(found.complete);
    let mut expected = Vec::new();
    for subject in entities(facts, &changes) {
        for action in ACTIONS {
            for object in objects(facts, &changes) {
                let [was, is] = [&before, &after].map(|world| allowed(world, subject, action, object));
                if was != is {
                    expected.push(Shift { subject, action: action.to_owned(), object, gained: is });
                }
            }
        }
    }
    expected.sort_unstable();
    expected.dedup();
    prop_assert_eq!(&found.shifts, &expected, "{:?}", changes);
    let back = after.differences(&before, &undo(&before, &changes), &how);
    for shift in &mut expected {
        shift.gained = !shift.gained;
    }
    prop_assert!(back.shifts.iter().all(|shift| expected.contains(shift)));
    let little = before.differences(&after, &changes, &Comparison { limit: 1, ..how });
    prop_assert!(little.shifts.len() <= 1);
    prop_assert!(little.complete == (found.shifts.is_empty()) || found.shifts.len() <= 1);
    Ok(())
}

fn allowed(world: &World, subject: Uuid, action: &str, object: ObjectRef) -> bool {
    let nothing = json!({});
    let question = Question {
        subject,
        action,
        object: Selector::object(object),
        context: &nothing,
        session: &nothing,
        now: 1,
        ceiling: None,
        administrative: false,
    };
    world.decide(&question).unwrap().allowed
}

/// What takes the changes back.
fn undo(before: &World, changes: &[Change]) -> Vec<Change> {
    let keys = changes.iter().map(|change| match change {
        Change::Put(fact) => fact.key(),
        Change::Drop(key) => key.clone(),
    });
    keys.map(|key: FactKey| before.fact(&key).map_or(Change::Drop(key), Change::Put)).collect()
}

fn all<'a>(facts: &'a [Fact], changes: &'a [Change]) -> impl Iterator<Item = &'a Fact> {
    facts.iter().chain(changes.iter().filter_map(|change| match change {
        Change::Put(fact) => Some(fact),
        Change::Drop(_) => None,
    }))
}

fn entities(facts: &[Fact], changes: &[Change]) -> Vec<Uuid> {
    let ids = all(facts, changes).filter_map(|fact| match fact {
        Fact::Entity { id, .. } => Some(*id),
        _ => None,
    });
    ids.collect()
}

fn objects(facts: &[Fact], changes: &[Change]) -> Vec<ObjectRef> {
    let objects = all(facts, changes).filter_map(|fact| match fact {
        Fact::Resource { id, .. } => Some(ObjectRef::new(ObjectKind::Resource, *id)),
        Fact::Entity { id, .. } => Some(ObjectRef::new(ObjectKind::Entity, *id)),
        Fact::Tenant { id, .. } => Some(ObjectRef::new(ObjectKind::Tenant, *id)),
        Fact::Credential { id, .. } => Some(ObjectRef::new(ObjectKind::Credential, *id)),
        Fact::Group { id, .. } => Some(ObjectRef::new(ObjectKind::Group, *id)),
        _ => None,
    });
    objects.collect()
}
