//! What a decision costs, and what it does not depend on: how much the subject or its tenant has been granted, and how
//! deep groups nest. Also what it costs to start and to follow a change.
//!
//! Every measurement goes round over many questions, so that it does not see one hot path only.

use std::hint::black_box;

use atoll_policy::{
    Change, Effect, EntityKind, Fact, GroupFlavour, ObjectKind, ObjectRef, ObjectType, Question, Scope,
    Selector, Status, Subject, TenantStatus, Window, World, catalogue,
};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use uuid::Uuid;

/// Questions a measurement goes round over.
const ROUND: usize = 1024;
/// Grants each subject has in a tenant of many.
const EACH: usize = 10;

#[derive(Clone, Copy)]
enum Class {
    Tenant = 1,
    Entity,
    Resource,
    Group,
    Place,
    Block,
    Role,
    Grant,
}

/// Ids that look as random as real ones.
fn id(class: Class, number: usize) -> Uuid {
    let mixed = (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Uuid::from_u128(mixed ^ ((class as u128) << 120))
}

fn tenant() -> Uuid {
    id(Class::Tenant, 0)
}

fn entity(number: usize) -> Fact {
    Fact::Entity {
        id: id(Class::Entity, number),
        tenant: Some(tenant()),
        kind: EntityKind::Device,
        name: String::new(),
        status: Status::Active,
        deleted: false,
        attributes: json!({}),
    }
}

fn resource(number: usize) -> Fact {
    Fact::Resource {
        id: id(Class::Resource, number),
        tenant: Some(tenant()),
        kind: "channel".to_owned(),
        name: None,
        deleted: false,
        attributes: json!({"level": 3, "site": "north"}),
    }
}

fn group(class: Class, flavour: GroupFlavour, number: usize, parent: Option<usize>) -> Fact {
    Fact::Group {
        id: id(class, number),
        tenant: Some(tenant()),
        flavour,
        name: String::new(),
        status: Status::Active,
        deleted: false,
        parent: parent.map(|parent| id(class, parent)),
        attributes: json!({}),
    }
}

fn block(number: usize, scope: Scope, effect: Effect, conditions: Value) -> Fact {
    let actions = vec![catalogue::id("read").expect("read is seeded")];
    Fact::Block { id: id(Class::Block, number), tenant: Some(tenant()), scope, effect, conditions, actions }
}

fn only(number: usize) -> Scope {
    Scope::Object { id: id(Class::Resource, number), kind: Some(ObjectKind::Resource), object_type: None }
}

fn policy(number: usize, subject: Subject, of_block: usize) -> Fact {
    let block = id(Class::Block, of_block);
    Fact::DirectPolicy {
        id: id(Class::Grant, number),
        tenant: Some(tenant()),
        subject,
        block,
        window: Window::ALWAYS,
    }
}

fn world(facts: impl IntoIterator<Item = Fact>) -> World {
    let tenant = Fact::Tenant { id: tenant(), status: TenantStatus::Active, attributes: json!({}) };
    World::load(true, catalogue::facts().chain([tenant]).chain(facts))
}

/// One grant a resource, each with its own block, dealt out to the subjects in turn.
fn shares(grants: usize, subjects: usize) -> impl Iterator<Item = Fact> {
    let dealt = (0..grants).flat_map(move |n| {
        let subject = Subject::Entity(id(Class::Entity, n % subjects));
        [resource(n), block(n, only(n), Effect::Allow, json!({})), policy(n, subject, n)]
    });
    (0..subjects).map(entity).chain(dealt)
}

/// One role a resource, all of them assigned to one subject.
fn roles(count: usize) -> impl Iterator<Item = Fact> {
    let each = (0..count).flat_map(|n| {
        let role = id(Class::Role, n);
        let subject = Subject::Entity(id(Class::Entity, 0));
        [
            resource(n),
            block(n, only(n), Effect::Allow, json!({})),
            Fact::Role { id: role, tenant: Some(tenant()), name: String::new(), deleted: false },
            Fact::RoleBlock { role, block: id(Class::Block, n) },
            Fact::Assignment {
                id: id(Class::Grant, n),
                tenant: Some(tenant()),
                subject,
                role,
                window: Window::ALWAYS,
            },
        ]
    });
    [entity(0)].into_iter().chain(each)
}

/// A subject at the bottom of principal groups and a resource at the bottom of object groups; what is granted hangs at
/// the top of both.
fn depth(levels: usize) -> Vec<Fact> {
    let mut facts = vec![entity(0), resource(0)];
    for level in 0..=levels {
        let parent = level.checked_sub(1);
        facts.push(group(Class::Group, GroupFlavour::Principal, level, parent));
        facts.push(group(Class::Place, GroupFlavour::Object, level, parent));
    }
    let object_type = ObjectType::new(ObjectKind::Resource, "channel");
    let scope = Scope::GroupDescendantObjects { group: id(Class::Place, 0), object_type };
    facts.extend([
        block(0, scope, Effect::Allow, json!({})),
        policy(0, Subject::Group(id(Class::Group, 0)), 0),
        Fact::Member {
            group: id(Class::Group, levels),
            entity: id(Class::Entity, 0),
            window: Window::ALWAYS,
        },
        Fact::Placement {
            object: ObjectRef::new(ObjectKind::Resource, id(Class::Resource, 0)),
            group: id(Class::Place, levels),
        },
    ]);
    facts
}

fn conditional(entries: usize) -> Vec<Fact> {
    let all = [
        ("context.level", json!({"gte": 1, "lt": 5})),
        ("resource.attributes.site", json!("north")),
        ("object.type", json!("channel")),
        ("context.at", json!({"lt": "2030-01-01T00:00:00Z"})),
    ];
    let conditions =
        all.into_iter().take(entries).map(|(path, operand)| (path.to_owned(), operand)).collect();
    let whole = Scope::Tenant(tenant());
    let block = block(0, whole, Effect::Allow, Value::Object(conditions));
    vec![entity(0), resource(0), block, policy(0, Subject::Entity(id(Class::Entity, 0)), 0)]
}

/// Asks in turn about pairs of a subject and a resource.
fn ask(c: &mut Criterion, title: &str, size: usize, world: &World, pairs: &[(usize, usize)], allowed: bool) {
    let context = json!({"level": 2, "at": "2026-01-01T00:00:00Z"});
    let nothing = json!({});
    let questions: Vec<Question<'_>> = pairs
        .iter()
        .map(|(subject, object)| Question {
            subject: id(Class::Entity, *subject),
            action: "read",
            object: Selector::resource(id(Class::Resource, *object)),
            context: &context,
            session: &nothing,
            now: 0,
            ceiling: None,
            administrative: false,
        })
        .collect();
    for question in &questions {
        assert_eq!(world.decide(question).map(|decision| decision.allowed), Ok(allowed));
    }
    let mut round = questions.iter().cycle();
    c.benchmark_group(title).bench_function(BenchmarkId::from_parameter(size), |b| {
        b.iter(|| black_box(world.decide(black_box(round.next().expect("a cycle has no end")))));
    });
}

fn spread(of: usize) -> impl Iterator<Item = usize> {
    (0..ROUND).map(move |n| n * 7919 % of)
}

fn decisions(c: &mut Criterion) {
    for grants in [10, 100, 1_000, 10_000, 100_000] {
        let world = world(shares(grants, 1).chain([resource(grants)]));
        let held: Vec<_> = spread(grants).map(|n| (0, n)).collect();
        ask(c, "allowed, by direct grants of the subject", grants, &world, &held, true);
        ask(c, "not granted, by direct grants of the subject", grants, &world, &[(0, grants)], false);
    }
    for count in [10, 1_000, 100_000] {
        let world = world(roles(count));
        let held: Vec<_> = spread(count).map(|n| (0, n)).collect();
        ask(c, "allowed, by roles of the subject", count, &world, &held, true);
    }
    for grants in [1_000, 10_000, 100_000, 1_000_000] {
        let subjects = grants / EACH;
        let world = world(shares(grants, subjects));
        let held: Vec<_> = spread(grants).map(|n| (n % subjects, n)).collect();
        ask(c, "allowed, by grants of the tenant", grants, &world, &held, true);
    }
    for levels in [1, 4, 16, 64] {
        ask(c, "allowed, by depth of groups", levels, &world(depth(levels)), &[(0, 0)], true);
    }
    for entries in [0, 1, 2, 4] {
        ask(c, "allowed, by conditions", entries, &world(conditional(entries)), &[(0, 0)], true);
    }
}

fn changes(c: &mut Criterion) {
    for grants in [1_000, 1_000_000] {
        let subjects = grants / EACH;
        let world = world(shares(grants, subjects));
        let mut number = grants;
        c.benchmark_group("apply a new grant, by grants").bench_function(
            BenchmarkId::from_parameter(grants),
            |b| {
                b.iter_batched(
                    || {
                        number += 1;
                        let subject = Subject::Entity(id(Class::Entity, number % subjects));
                        let block = block(number, only(number % grants), Effect::Allow, json!({}));
                        [Change::Put(block), Change::Put(policy(number, subject, number))]
                    },
                    |changes| black_box(world.apply(&changes)),
                    BatchSize::LargeInput,
                );
            },
        );
    }
}

fn loading(c: &mut Criterion) {
    let mut group = c.benchmark_group("load, by grants");
    group.sample_size(10);
    for grants in [10_000, 1_000_000] {
        group.bench_function(BenchmarkId::from_parameter(grants), |b| {
            b.iter_batched(
                || shares(grants, grants / EACH).collect::<Vec<_>>(),
                |facts| black_box(world(facts)),
                BatchSize::PerIteration,
            );
        });
    }
}

criterion_group!(benches, decisions, changes, loading);
criterion_main!(benches);
