//! Both say the same.

use std::sync::Mutex;

use atoll_policy::{ObjectRef, Question, Selector, World};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::cedar::Cedar;
use crate::digits::{Class, Digits, id};
use crate::mapped::mapped;
use crate::worlds::{self, ACTIONS, any_object};

/// Worlds a run looks at, unless `ATOLL_CEDAR_WORLDS` says otherwise.
const WORLDS: u32 = 3_000;
const QUESTIONS: usize = 20;

#[derive(Debug, Default)]
struct Seen {
    questions: usize,
    allowed: usize,
    unjudged: usize,
    denied: usize,
}

#[test]
fn cedar_agrees() {
    let worlds = std::env::var("ATOLL_CEDAR_WORLDS").map_or(WORLDS, |text| text.parse().expect("a number"));
    let seen = Mutex::new(Seen::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let config =
                    Config { cases: worlds.div_ceil(2), failure_persistence: None, ..Config::default() };
                let numbers = |count| prop::collection::vec(any::<u128>(), count);
                TestRunner::new(config)
                    .run(&(numbers(worlds::size()), numbers(QUESTIONS + 1)), |(facts, asked)| {
                        compare(&facts, &asked, &seen)
                    })
                    .unwrap_or_else(|error| panic!("{error}"));
            });
        }
    });
    let seen = seen.into_inner().unwrap();
    println!("{seen:?}");
    for often in [seen.allowed, seen.denied, seen.unjudged] {
        assert!(often * 50 >= seen.questions, "too little of something: {seen:?}");
    }
}

fn compare(facts: &[u128], asked: &[u128], seen: &Mutex<Seen>) -> Result<(), TestCaseError> {
    let mut d = Digits(asked[QUESTIONS]);
    let strict = d.below(2) == 0;
    let facts = mapped(worlds::facts(facts), &mut d);
    let keys: std::collections::BTreeMap<_, _> = facts.into_iter().map(|fact| (fact.key(), fact)).collect();
    let facts: Vec<_> = keys.into_values().collect();
    let world = World::load(strict, facts.clone());
    let cedar = Cedar::new(strict, &facts);
    for number in &asked[..QUESTIONS] {
        let mut d = Digits(*number);
        let subject = id(Class::Entity, d.below(6));
        let action = d.one_of(&ACTIONS);
        let object = if d.below(20) == 0 { ObjectRef::PLATFORM } else { any_object(&mut d) };
        let now = d.one_of(&[0, 1, 2, 3]);
        let context = d.one_of(&[
            json!({}),
            json!({"level": 2, "site": "north"}),
            json!({"level": "high"}),
            json!({"level": 3, "site": 1}),
        ]);
        let nothing = json!({});
        let question = Question {
            subject,
            action,
            object: Selector::object(object),
            context: &context,
            session: &nothing,
            now,
            ceiling: None,
            administrative: false,
        };
        let ours = world.decide(&question).unwrap();
        let theirs = cedar.ask(subject, action, object, now, &context);
        prop_assert_eq!(ours.allowed, theirs.allowed, "{:?}: {:?} but {:?}", question, ours, theirs);
        let mut seen = seen.lock().unwrap();
        seen.questions += 1;
        seen.allowed += usize::from(ours.allowed);
        seen.unjudged += usize::from(theirs.unjudged);
        seen.denied += usize::from(ours.reason.to_string().starts_with("explicitly"));
    }
    Ok(())
}
