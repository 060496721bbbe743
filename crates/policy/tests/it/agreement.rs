//! Random worlds have to come out the same in the engine and in the oracle, whichever way they are asked: check, several
//! checks together, explain, gates, lists and searches; and whichever way the engine came to know them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use atoll_policy::oracle::{Oracle, Weighed};
use atoll_policy::{
    BindingResult, Ceiling, Decision, Effect, Explanation, Fact, FactKey, GateOutcome, ObjectKind, ObjectRef,
    Only, Question, SelectorError, SkipReason, Visible, World,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::digits::{Class, id};
use crate::questions::Asked;
use crate::{detours, insights, profile, searches, worlds};

/// Worlds a short run looks at.
const WORLDS: u32 = 20_000;
const QUESTIONS: usize = 10;

/// A world, another one to be confused with, and what is asked.
#[derive(Debug, Clone)]
struct Case {
    strict: bool,
    facts: Vec<Fact>,
    others: Vec<Fact>,
    order: u128,
    asked: Vec<Asked>,
}

fn cases() -> impl Strategy<Value = Case> {
    let numbers = |count| prop::collection::vec(any::<u128>(), count);
    (numbers(worlds::size()), numbers(worlds::size()), numbers(2), numbers(2 * QUESTIONS)).prop_map(
        |(facts, others, general, asked)| Case {
            strict: general[0] % 4 != 3,
            facts: worlds::facts(&facts),
            // Only some worlds take the detour over another one.
            others: if general[1] % 3 == 0 { worlds::facts(&others) } else { Vec::new() },
            order: general[1],
            asked: asked.chunks(2).map(|pair| Asked::decode(pair[0], pair[1])).collect(),
        },
    )
}

/// How often each thing happened.
#[derive(Debug, Default)]
struct Seen(Mutex<BTreeMap<String, u32>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        *self.0.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    fn assert_share(&self, what: &str, of: &str, percent: f64) {
        let seen = self.0.lock().unwrap();
        let [what_count, of_count] = [what, of].map(|what| f64::from(seen.get(what).copied().unwrap_or(0)));
        assert!(
            what_count * 100.0 >= of_count * percent,
            "'{what}' is less than {percent} % of '{of}': {seen:#?}"
        );
    }
}

#[test]
fn engine_and_oracle_agree() {
    let worlds = profile::cases(WORLDS);
    let seen = Seen::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let config =
                    Config { cases: worlds.div_ceil(2), failure_persistence: None, ..Config::default() };
                TestRunner::new(config)
                    .run(&cases(), |case| check(&case, &seen))
                    .unwrap_or_else(|error| panic!("{error}"));
            });
        }
    });
    if worlds < 500 {
        return;
    }
    for reason in [
        "allowed",
        "no matching allow policy",
        "explicitly denied by direct policy",
        "explicitly denied by role",
        "denied by access token permission ceiling",
        "not found",
        "subject not found",
        "subject is not active",
        "tenant is",
        "unknown action",
    ] {
        seen.assert_share(reason, "decision", 5.0);
    }
    for (what, percent) in [
        ("unknown condition", 5.0),
        ("deny stands though unknown", 0.5),
        ("strictness decides", 0.5),
        ("invalid selector", 5.0),
        ("administrative only", 0.5),
    ] {
        seen.assert_share(what, "decision", percent);
    }
    for what in ["gate passed", "gate denied", "gate not granted", "gate capped"] {
        seen.assert_share(what, "gate", 4.0);
    }
    seen.assert_share("listed", "list", 5.0);
    seen.assert_share("not due", "decision", 5.0);
    seen.assert_share("how to gain", "insight", 10.0);
    seen.assert_share("how to lose", "insight", 2.0);
    for what in ["objects", "subjects", "actions"] {
        seen.assert_share(&format!("found {what}"), "search", 5.0);
    }
}

fn check(case: &Case, seen: &Seen) -> Result<(), TestCaseError> {
    let oracle = Oracle::new(case.strict, case.facts.clone());
    let contrary = Oracle::new(!case.strict, case.facts.clone());
    let world = World::load(case.strict, told(case));
    let detoured = detoured(case);
    prop_assert_eq!(world.stats(), detoured.stats());
    for key in case.facts.iter().chain(&case.others).map(Fact::key) {
        prop_assert_eq!(world.fact(&key), detoured.fact(&key));
    }
    let together = together(&detoured, &case.asked);
    for (asked, among_others) in case.asked.iter().zip(together) {
        let question = asked.question();
        let (expected, weighed) = match oracle.weigh(&question) {
            Err(text) => {
                seen.note("invalid selector");
                prop_assert_eq!(world.decide(&question).unwrap_err().to_string(), text.clone());
                prop_assert_eq!(world.explain(&question).unwrap_err().to_string(), text.clone());
                prop_assert_eq!(among_others.unwrap_err().to_string(), text);
                continue;
            }
            Ok(answer) => answer,
        };
        let alone = [&world, &detoured].map(|world| world.decide(&question).unwrap());
        for found in alone.into_iter().chain([among_others.unwrap()]) {
            prop_assert_eq!(found.allowed, expected.allowed, "{:?}", question);
            prop_assert_eq!(found.reason.to_string(), expected.reason.clone(), "{:?}", question);
            let lifecycle = found.lifecycle.map(|found| (found.tenant_id, found.tenant_status.to_string()));
            prop_assert_eq!(lifecycle, expected.lifecycle.clone());
        }
        let explanation = world.explain(&question).unwrap();
        prop_assert_eq!(&explanation, &detoured.explain(&question).unwrap());
        let lifecycle = explanation.lifecycle.map(|found| (found.tenant_id, found.tenant_status.to_string()));
        prop_assert_eq!(lifecycle, expected.lifecycle.clone());
        prop_assert_eq!(explanation.allowed, expected.allowed);
        prop_assert_eq!(explanation.reason.to_string(), expected.reason.clone());
        explained(&explanation, &weighed)?;
        note(seen, &expected.reason, &explanation);
        if contrary.decide(&question).is_ok_and(|other| other.allowed != expected.allowed) {
            seen.note("strictness decides");
        }
        let plain = Question { administrative: false, ..question };
        if asked.administrative && oracle.decide(&plain) != oracle.decide(&question) {
            seen.note("administrative only");
        }
        gates(asked, &[&world, &detoured], &oracle, seen)?;
        lists(asked, &[&world, &detoured], &oracle, &case.facts, seen)?;
    }
    if let Ok(insight) = world.insight(&case.asked[0].question()) {
        prop_assert_eq!(insight, detoured.insight(&case.asked[0].question()).unwrap());
    }
    // What looks at everything is asked less often.
    for asked in &case.asked[..2] {
        let note = |what: &str| seen.note(what);
        searches::agree(asked, &[&world, &detoured], &oracle, &case.facts, &note)?;
        if asked.object.resolve().is_ok() {
            insights::hold(&world, &asked.question(), &case.facts, &note)?;
        }
    }
    Ok(())
}

/// The facts of the case, now and then after others with the same keys.
fn told(case: &Case) -> impl Iterator<Item = Fact> {
    let keys: BTreeSet<FactKey> = case.facts.iter().map(Fact::key).collect();
    let replaced = case.others.iter().filter(move |other| keys.contains(&other.key()));
    replaced.chain(&case.facts).cloned()
}

/// The world of the case, reached by changes in a few steps: from nothing, or from the other world.
fn detoured(case: &Case) -> World {
    let changes = detours::to(&case.facts, &case.others, case.order);
    let steps = changes.chunks(1 + usize::from((case.order >> 64) as u8 % 16));
    steps.fold(World::load(case.strict, case.others.iter().cloned()), |world, step| world.apply(step))
}

/// All questions at once, by two who start from opposite ends.
fn together(world: &World, asked: &[Asked]) -> Vec<Result<Decision, SelectorError>> {
    let ask = |asked: &Asked| world.decide(&asked.question());
    std::thread::scope(|scope| {
        let backwards = scope.spawn(|| asked.iter().rev().map(ask).collect::<Vec<_>>());
        let forwards: Vec<_> = asked.iter().map(ask).collect();
        let mut backwards = backwards.join().expect("a decision does not panic");
        backwards.reverse();
        assert_eq!(forwards, backwards);
        forwards
    })
}

/// Everything was weighed, in order, and with the same result.
fn explained(explanation: &Explanation, weighed: &[Weighed]) -> Result<(), TestCaseError> {
    prop_assert_eq!(explanation.evaluated_bindings.len(), weighed.len());
    for (binding, weighed) in explanation.evaluated_bindings.iter().zip(weighed) {
        if let Some(id) = weighed.id {
            prop_assert_eq!((binding.id, Some(binding.block_id)), (id, weighed.block));
        } else {
            prop_assert_eq!(&binding.via, "tenant_membership");
        }
        let skipped = binding.skip_reason.map(|reason| match reason {
            SkipReason::ScopeMismatch => "scope_mismatch",
            SkipReason::GrantMismatch => "grant_mismatch",
            SkipReason::NotYet => "not_yet",
            SkipReason::Expired => "expired",
            SkipReason::ConditionsMismatch => "conditions_mismatch",
        });
        prop_assert_eq!(skipped, weighed.skipped);
        prop_assert_eq!(binding.result == BindingResult::Matched, weighed.skipped.is_none());
    }
    let last = explanation.evaluated_bindings.iter().rfind(|one| one.result == BindingResult::Matched);
    if explanation.reason.to_string().contains("ceiling") {
        prop_assert_eq!(&explanation.matched_binding, &None);
    } else {
        prop_assert_eq!(explanation.matched_binding.as_ref(), last);
        prop_assert!(explanation.matched_binding.is_some() || !explanation.allowed);
        let decides = if explanation.allowed { Effect::Allow } else { Effect::Deny };
        prop_assert!(last.is_none_or(|binding| binding.effect == decides));
    }
    prop_assert!(!explanation.sentence().is_empty());
    Ok(())
}

fn note(seen: &Seen, reason: &str, explanation: &Explanation) {
    seen.note("decision");
    let kinds = ["explicitly denied by role", "tenant is", "unknown action"];
    let kind = kinds.iter().find(|kind| reason.starts_with(**kind)).copied();
    let not_found = reason.ends_with(" not found") && reason != "subject not found";
    seen.note(kind.unwrap_or(if not_found { "not found" } else { reason }));
    if explanation.evaluated_bindings.iter().any(|binding| binding.condition.is_some()) {
        seen.note("unknown condition");
    }
    let untimely = [Some(SkipReason::NotYet), Some(SkipReason::Expired)];
    if explanation.evaluated_bindings.iter().any(|binding| untimely.contains(&binding.skip_reason)) {
        seen.note("not due");
    }
    if explanation.matched_binding.as_ref().is_some_and(|binding| binding.condition.is_some()) {
        seen.note("deny stands though unknown");
    }
}

fn gates(asked: &Asked, worlds: &[&World], oracle: &Oracle, seen: &Seen) -> Result<(), TestCaseError> {
    let ceiling: Option<&Ceiling> = asked.ceiling.as_ref();
    let expected = oracle.gate(asked.subject, asked.when, ceiling, &asked.gates);
    for world in worlds {
        let found = match world.gate(asked.subject, asked.when, ceiling, &asked.gates) {
            GateOutcome::Allowed { .. } => (true, "allowed".to_owned()),
            GateOutcome::Denied(reason) => (false, reason.to_string()),
        };
        prop_assert_eq!(found, (expected.allowed, expected.reason.clone()), "{:?}", asked);
    }
    seen.note("gate");
    match expected.reason.as_str() {
        "allowed" => seen.note("gate passed"),
        "no matching allow policy" => seen.note("gate not granted"),
        "denied by access token permission ceiling" => seen.note("gate capped"),
        reason if reason.starts_with("explicitly") => seen.note("gate denied"),
        _ => {}
    }
    Ok(())
}

fn lists(
    asked: &Asked,
    worlds: &[&World],
    oracle: &Oracle,
    facts: &[Fact],
    seen: &Seen,
) -> Result<(), TestCaseError> {
    let Ok(object) = asked.object.resolve() else { return Ok(()) };
    if object.kind == ObjectKind::Platform {
        return Ok(());
    }
    let ceiling = asked.ceiling.as_ref();
    let filters: Vec<_> = worlds
        .iter()
        .map(|world| world.visible(asked.subject, asked.now, ceiling, asked.action, object.kind))
        .collect();
    prop_assert_eq!(&filters[0], &filters[1]);
    let objects = facts.iter().filter_map(|fact| match (object.kind, fact) {
        (ObjectKind::Resource, Fact::Resource { id, .. })
        | (ObjectKind::Entity, Fact::Entity { id, .. })
        | (ObjectKind::Tenant, Fact::Tenant { id, .. })
        | (ObjectKind::Credential, Fact::Credential { id, .. })
        | (ObjectKind::Group, Fact::Group { id, .. }) => Some(*id),
        _ => None,
    });
    let objects: BTreeSet<Uuid> = objects.chain([object.id]).collect();
    for world in worlds {
        counts(world, object.kind, &filters[0], &objects)?;
        named(world, object.kind, &filters[0], &objects)?;
    }
    for id in objects {
        let object = ObjectRef::new(object.kind, id);
        let expected = oracle.lists(asked.subject, asked.now, ceiling, asked.action, object);
        let found = filters[0].admits(worlds[0], object);
        prop_assert_eq!(found, expected, "{} {:?}", object, filters[0]);
        prop_assert!(!(found && filters[0].is_nothing()));
        seen.note("list");
        if found {
            seen.note("listed");
        }
    }
    Ok(())
}

/// Whatever passes is named, or some wide scope covers it.
fn named(
    world: &World,
    kind: ObjectKind,
    filter: &Visible,
    objects: &BTreeSet<Uuid>,
) -> Result<(), TestCaseError> {
    let named = filter.named(world, 100).expect("few objects");
    let wide = Visible {
        allow: filter.allow.iter().filter(|scope| scope.is_wide()).cloned().collect(),
        ..filter.clone()
    };
    for id in objects {
        let object = ObjectRef::new(kind, *id);
        let reached = named.contains(id) || (!filter.is_narrow() && wide.admits(world, object));
        prop_assert_eq!(reached, filter.admits(world, object), "{} {:?}", object, filter);
    }
    if let Some(fewer) = named.len().checked_sub(1) {
        prop_assert_eq!(filter.named(world, fewer), None);
    }
    Ok(())
}

/// What is counted is what passes, of everything and of one tenant or sub-kind.
fn counts(
    world: &World,
    kind: ObjectKind,
    filter: &Visible,
    objects: &BTreeSet<Uuid>,
) -> Result<(), TestCaseError> {
    let tenants = (0..3).map(|n| Some(id(Class::Tenant, n)));
    let subs = match kind {
        ObjectKind::Entity => ["human", "device"],
        ObjectKind::Resource => ["channel", "rule"],
        ObjectKind::Group => ["principal", "object"],
        _ => ["access_token", "password"],
    };
    for tenant in [None].into_iter().chain(tenants) {
        for sub in [None].into_iter().chain(subs.map(Some)) {
            if kind == ObjectKind::Tenant && sub.is_some() {
                continue;
            }
            let fits = |one: &Uuid| {
                match kind {
                    ObjectKind::Entity => world.entity(*one).map(|row| (row.kind.as_str(), row.tenant)),
                    ObjectKind::Resource => world.resource(*one).map(|row| (row.kind, row.tenant)),
                    ObjectKind::Group => world.group(*one).map(|row| (row.flavour.as_str(), row.tenant)),
                    ObjectKind::Credential => world.credential(*one).map(|row| (row.kind, row.tenant)),
                    _ => Some(("tenant", Some(*one))),
                }
                .is_some_and(|(of, within)| {
                    sub.is_none_or(|sub| sub == of) && tenant.is_none_or(|tenant| within == Some(tenant))
                })
            };
            let passing =
                objects.iter().filter(|one| fits(one) && filter.admits(world, ObjectRef::new(kind, **one)));
            let only = Only { tenant, sub };
            let counted = world.count_visible(kind, std::slice::from_ref(filter), only);
            prop_assert_eq!(counted, passing.count() as u64, "{:?} {:?} {:?}", kind, only, filter);
        }
    }
    Ok(())
}
