//! Every probe over its corpus, over random bytes, and over the corpus bent out of shape.

use std::path::{Path, PathBuf};

use atoll_probes::{PROBES, Probe, conditions};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// Inputs of each kind for each probe.
const INPUTS: u32 = 3_000;

fn config() -> Config {
    Config { cases: INPUTS, failure_persistence: None, ..Config::default() }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 9, "the corpus of {name} is small");
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn the_corpus_breaks_no_promise() {
    for (name, probe) in PROBES {
        corpus(name).iter().for_each(|input| probe(input));
    }
}

#[test]
fn random_bytes_break_no_promise() {
    for (name, probe) in PROBES {
        TestRunner::new(config())
            .run(&prop::collection::vec(any::<u8>(), 0..200), |input| {
                probe(&input);
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// One bend in an input.
#[derive(Debug, Clone)]
enum Bend {
    Replace(Index, u8),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Splice(Index, Index, Index, usize),
    Insert(Index, &'static str),
}

/// What readers of JSON, of GraphQL and of base64 take to mean something.
const WORDS: [&str; 20] = [
    "{", "}", "[", "]", "\"", "\\", ":", ",", "null", "-1", "1e999", "\u{0}", "\"\"\"", "...", "@", "$", "=",
    "_", "\\u0000", "\\ud800",
];

fn bend() -> impl Strategy<Value = Bend> {
    let at = any::<Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Bend::Replace(at, byte)),
        (at(), 1..40_usize).prop_map(|(at, length)| Bend::Remove(at, length)),
        (at(), 1..30_usize, 1..60_usize).prop_map(|(at, length, times)| Bend::Repeat(at, length, times)),
        (at(), at(), at(), 1..60_usize)
            .prop_map(|(at, from, start, length)| Bend::Splice(at, from, start, length)),
        (at(), prop::sample::select(&WORDS[..])).prop_map(|(at, word)| Bend::Insert(at, word)),
    ]
}

fn bent(input: &mut Vec<u8>, bend: &Bend, corpus: &[Vec<u8>]) {
    let end = input.len() + 1;
    let place = |at: &Index| at.index(end);
    let cut =
        |from: &[u8], start: usize, length: usize| from[start..(start + length).min(from.len())].to_vec();
    match bend {
        Bend::Replace(at, byte) => {
            let at = at.index(input.len().max(1));
            if let Some(known) = input.get_mut(at) {
                *known = *byte;
            }
        }
        Bend::Remove(at, length) => {
            let start = place(at);
            input.drain(start..(start + length).min(input.len()));
        }
        Bend::Repeat(at, length, times) => {
            let start = place(at);
            let part = cut(input, start, *length).repeat(*times);
            input.splice(start..start, part);
        }
        Bend::Splice(at, from, start, length) => {
            let other = &corpus[from.index(corpus.len())];
            let part = cut(other, start.index(other.len() + 1), *length);
            let at = place(at);
            input.splice(at..at, part);
        }
        Bend::Insert(at, word) => {
            let at = place(at);
            input.splice(at..at, word.bytes());
        }
    }
}

#[test]
fn the_corpus_bent_out_of_shape_breaks_no_promise() {
    for (name, probe) in PROBES {
        let corpus = corpus(name);
        let inputs = (any::<Index>(), prop::collection::vec(bend(), 1..6));
        TestRunner::new(config())
            .run(&inputs, |(first, bends)| {
                let mut input = corpus[first.index(corpus.len())].clone();
                bends.iter().for_each(|bend| bent(&mut input, bend, &corpus));
                (probe as Probe)(&input);
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

fn literal() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..4).prop_map(Value::from),
        prop::sample::select(&["", "x", "xx", "channel", "2026-01-01T00:00:00Z", "human"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[abx]", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn condition() -> impl Strategy<Value = Value> {
    let path = prop::sample::select(
        &[
            "context.a",
            "context",
            "session.b",
            "resource.attributes.a",
            "entity.kind",
            "object.type",
            "tenant",
            "x",
            "",
        ][..],
    );
    let operators = &["eq", "neq", "in", "contains", "gt", "gte", "lt", "lte", "like"][..];
    let operand = prop_oneof![
        literal(),
        prop::collection::btree_map(prop::sample::select(operators), literal(), 1..3)
            .prop_map(|tests| tests.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
    ];
    prop::collection::btree_map(path, operand, 0..3)
        .prop_map(|entries| entries.into_iter().map(|(path, operand)| (path.to_owned(), operand)).collect())
}

#[test]
fn conditions_of_the_right_shape_are_judged_as_the_oracle_judges_them() {
    TestRunner::new(config())
        .run(&(condition(), literal(), literal(), literal()), |(entries, a, b, attributes)| {
            let input = json!([entries, { "a": a }, { "b": b }, { "a": attributes }]);
            conditions(input.to_string().as_bytes());
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
