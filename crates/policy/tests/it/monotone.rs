//! More grants never mean less access, fewer never more; denies the other way round.

use atoll_policy::{
    Change, Effect, Fact, FactKey, ObjectKind, ObjectRef, Question, Selector, Subject, World,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::digits::{Class, Digits, id};
use crate::profile;
use crate::questions::Asked;
use crate::worlds::{self, ACTIONS};

/// Worlds a short run looks at, for each of the tests.
const WORLDS: u32 = 1_000;
/// Changes tried in each of them.
const CHANGES: usize = 6;

/// Runs a test over random worlds. How many of its changes changed an answer must be no less than one in fifty worlds, or it
/// would prove nothing.
fn over_worlds(
    check: impl Fn(Vec<Fact>, Vec<Fact>, Digits, &Asked) -> Result<usize, TestCaseError>
    + std::panic::RefUnwindSafe,
) {
    let worlds = profile::cases(WORLDS);
    let numbers = |count| prop::collection::vec(any::<u128>(), count);
    let changed = std::sync::atomic::AtomicUsize::new(0);
    let config = Config { cases: worlds, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(numbers(worlds::size()), numbers(worlds::size()), numbers(3)), |(facts, others, more)| {
            let asked = Asked::decode(more[0], more[1]);
            let some = check(worlds::facts(&facts), worlds::facts(&others), Digits(more[2]), &asked)?;
            changed.fetch_add(some, std::sync::atomic::Ordering::Relaxed);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let (changed, worlds) = (changed.into_inner(), worlds as usize);
    assert!(changed * 50 >= worlds, "only {changed} changes in {worlds} worlds changed an answer");
}

/// Every answer that depends on who asks what about what, in one row: checks, gates and lists.
fn answers(world: &World, asked: &Asked) -> Vec<bool> {
    let mut row = Vec::new();
    for subject in (0..5).map(|n| id(Class::Entity, n)) {
        for action in ACTIONS {
            for object in objects() {
                let question =
                    Question { subject, action, object: Selector::object(object), ..asked.question() };
                row.push(world.decide(&question).unwrap().allowed);
            }
            for kind in [ObjectKind::Resource, ObjectKind::Entity, ObjectKind::Group, ObjectKind::Tenant] {
                let ceiling = asked.ceiling.as_ref();
                let visible = world.visible(subject, asked.now, ceiling, action, kind);
                let of_kind = objects().filter(|object| object.kind == kind);
                row.extend(of_kind.map(|object| visible.admits(world, object)));
            }
        }
        row.push(world.gate(subject, asked.when, asked.ceiling.as_ref(), &asked.gates).is_allowed());
    }
    row
}

fn objects() -> impl Iterator<Item = ObjectRef> {
    use ObjectKind::{Credential, Entity, Group, Resource, Tenant};
    let kinds = [
        (Resource, Class::Resource, 5),
        (Entity, Class::Entity, 5),
        (Group, Class::ObjectGroup, 5),
        (Group, Class::PrincipalGroup, 4),
        (Tenant, Class::Tenant, 3),
        (Credential, Class::Credential, 2),
    ];
    let each = kinds.into_iter().flat_map(|(kind, class, count)| {
        (0..count).map(move |number| ObjectRef::new(kind, id(class, number)))
    });
    each.chain([ObjectRef::PLATFORM])
}

/// Whoever may in the one may in the other.
fn within(less: &[bool], more: &[bool]) -> bool {
    less.len() == more.len() && less.iter().zip(more).all(|(less, more)| !less || *more)
}

fn is_grant(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Assignment { .. }
            | Fact::DirectPolicy { .. }
            | Fact::RoleBlock { .. }
            | Fact::Member { .. }
            | Fact::Block { .. }
            | Fact::Role { .. }
    )
}

#[test]
fn without_denies_losing_a_grant_never_adds_access() {
    over_worlds(|mut facts, _, mut d, asked| {
        for fact in &mut facts {
            if let Fact::Block { effect, .. } = fact {
                *effect = Effect::Allow;
            }
        }
        let world = World::load(true, facts.clone());
        let before = answers(&world, asked);
        let grants: Vec<FactKey> = facts.iter().filter(|fact| is_grant(fact)).map(Fact::key).collect();
        let mut changed = 0;
        for _ in 0..CHANGES.min(grants.len()) {
            let gone = grants[d.below(grants.len())].clone();
            let after = answers(&world.apply(&[Change::Drop(gone.clone())]), asked);
            prop_assert!(within(&after, &before), "without {:?}", gone);
            changed += usize::from(after != before);
        }
        Ok(changed)
    });
}

/// A block with this effect held by somebody in one of the ways there are: directly or through a role, by an entity or by
/// a group. The ids are new.
fn held(others: &[Fact], effect: Effect, d: &mut Digits) -> Vec<Change> {
    let fresh = |class, number: usize| id(class, 100 + number);
    let blocks = others.iter().filter(|fact| matches!(fact, Fact::Block { .. }));
    let blocks: Vec<&Fact> = blocks.collect();
    if blocks.is_empty() {
        return Vec::new();
    }
    let Fact::Block { tenant, scope, conditions, actions, .. } = blocks[d.below(blocks.len())].clone() else {
        unreachable!("only blocks were kept");
    };
    let block = Fact::Block { id: fresh(Class::Block, 0), tenant, scope, effect, conditions, actions };
    let subject = if d.below(3) == 0 {
        Subject::Group(id(Class::PrincipalGroup, d.below(4)))
    } else {
        Subject::Entity(id(Class::Entity, d.below(3)))
    };
    let grants: Vec<&Fact> = others
        .iter()
        .filter(|fact| matches!(fact, Fact::Assignment { .. } | Fact::DirectPolicy { .. }))
        .collect();
    let (tenant, window) = match grants.get(d.below(grants.len().max(1))) {
        Some(Fact::Assignment { tenant, window, .. } | Fact::DirectPolicy { tenant, window, .. }) => {
            (*tenant, *window)
        }
        _ => (None, atoll_policy::Window::ALWAYS),
    };
    let block_id = fresh(Class::Block, 0);
    let policy =
        |tenant| Fact::DirectPolicy { id: fresh(Class::Policy, 0), tenant, subject, block: block_id, window };
    let mut facts = vec![block];
    match d.below(3) {
        0 => facts.push(policy(tenant)),
        1 => facts.extend(by_role(fresh(Class::Role, 0), block_id, subject, tenant, window)),
        _ => {
            // A role that somebody holds already gets the block.
            facts.push(Fact::RoleBlock { role: id(Class::Role, d.below(3)), block: block_id });
        }
    }
    facts.into_iter().map(Change::Put).collect()
}

fn by_role(
    role: Uuid,
    block: Uuid,
    subject: Subject,
    tenant: Option<Uuid>,
    window: atoll_policy::Window,
) -> [Fact; 3] {
    [
        Fact::Role { id: role, tenant: None, name: "more".to_owned(), deleted: false },
        Fact::RoleBlock { role, block },
        Fact::Assignment { id: id(Class::Assignment, 100), tenant, subject, role, window },
    ]
}

/// Adds a block of this effect to worlds that have both, and takes it back.
fn adding(effect: Effect) {
    over_worlds(|facts, others, mut d, asked| {
        let strict = d.below(2) == 0;
        let world = World::load(strict, facts);
        let before = answers(&world, asked);
        let mut changed = 0;
        for _ in 0..CHANGES {
            let changes = held(&others, effect, &mut d);
            let with = world.apply(&changes);
            let after = answers(&with, asked);
            let in_order = match effect {
                Effect::Allow => within(&before, &after),
                Effect::Deny => within(&after, &before),
            };
            prop_assert!(in_order, "with {:?}", changes);
            changed += usize::from(after != before);
            let keys = changes.iter().map(|change| match change {
                Change::Put(fact) => Change::Drop(fact.key()),
                Change::Drop(_) => unreachable!("things are only added"),
            });
            prop_assert_eq!(answers(&with.apply(&keys.collect::<Vec<_>>()), asked), before.clone());
        }
        Ok(changed)
    });
}

#[test]
fn an_allow_more_never_takes_access_away() {
    adding(Effect::Allow);
}

#[test]
fn a_deny_more_never_adds_access() {
    adding(Effect::Deny);
}

#[test]
fn a_narrower_ceiling_never_adds_access() {
    over_worlds(|facts, _, _, asked| {
        let world = World::load(true, facts);
        let free = Asked { ceiling: None, ..asked.clone() };
        let mut more = answers(&world, &free);
        let mut changed = 0;
        let mut ceiling = asked.ceiling.clone();
        while let Some(mut narrower) = ceiling {
            let less = answers(&world, &Asked { ceiling: Some(narrower.clone()), ..asked.clone() });
            prop_assert!(within(&less, &more), "under {:?}", narrower);
            changed += usize::from(less != more);
            more = less;
            ceiling = narrower.entries.pop().map(|_| narrower);
        }
        prop_assert!(
            asked.ceiling.is_none() || !more.contains(&true),
            "an empty ceiling lets something through"
        );
        Ok(changed)
    });
}
