//! Every operation, tried by everybody: the golden table `operations.md` says how each ends, for a reviewer to read.
//!
//! The table is made by calling. An operation without a sample fails the test, so that none is forgotten. After a change
//! that is meant, run with `UPDATE_GOLDEN=1` and read the difference.

mod asking;
mod certificates;
mod defining;
mod factors;
mod known;
mod make;
mod plot;
mod samples;
mod scoped;
mod telling;

use std::fmt::Write;

use atoll_base::ctx::Ctx;
use serde_json::{Value, json};

use crate::authorities::Files;
use crate::harness::{Plant, on_both_with};
use plot::Plot;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/operations/operations.md");

const HEAD: &str = "# Who may call what\n\nMade by calling every operation: `UPDATE_GOLDEN=1 cargo test -p atoll-server \
operations`.\n\n*nobody*: not signed in. *other tenant*: the administrator of another tenant. *no role*: a person of the \
tenant without a role. *tenant admin*: holds the tenant's role `tenant-admin`. *platform*: the seeded administrator. \
*empty ceiling*: the same with a token that may be used for nothing. *scoped, enough*: the \
actions each of which alone is enough in the ceiling of such a token. *scoped, too little*: the same with every action but \
those. *several together*: no action alone is. *never*: not with any. *ok*: it was done; *nothing*: an empty list.\n\n| operation | nobody | other tenant | no role | tenant admin | platform | empty ceiling | scoped, enough | scoped, too little |\n|---|---|---|---|---|---|---|---|---|\n";

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_ends_as_the_golden_table_says() {
    let files = Files::root(&rcgen::PKCS_ECDSA_P256_SHA256);
    on_both_with(files.settings(), async |plant| {
        let table = table(&plant).await;
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(GOLDEN, &table).unwrap();
        }
        let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
        for (line, (is, should)) in table.lines().zip(golden.lines()).enumerate() {
            assert_eq!(is, should, "line {} of operations.md", line + 1);
        }
        assert_eq!(table.lines().count(), golden.lines().count(), "rows of operations.md");
    })
    .await;
}

async fn table(plant: &Plant) -> String {
    let plot = Plot::lay(plant).await;
    let mut page = HEAD.to_owned();
    let mut missing = Vec::new();
    for (root, operation) in operations(plant).await {
        if !known::known(&operation) {
            missing.push(operation);
            continue;
        }
        let _ = write!(page, "| {root} `{operation}` ");
        let mut outcomes = Vec::new();
        for caller in plot.callers(plant) {
            let document = samples::arrange(plant, &plot, &operation).await;
            let outcome = outcome(plant, &caller, &format!("{root} {{ {document} }}")).await;
            let _ = write!(page, "| {outcome} ");
            outcomes.push(outcome);
        }
        let (free, nothing) = (&outcomes[4], &outcomes[5]);
        let tried = scoped::Tried { root, operation: &operation, free, nothing };
        let (enough, too_little) = scoped::columns(plant, &plot, &tried).await;
        let _ = write!(page, "| {enough} | {too_little} ");
        page.push_str("|\n");
    }
    assert!(missing.is_empty(), "operations without a sample: {missing:?}");
    page
}

async fn outcome(plant: &Plant, caller: &Ctx, document: &str) -> String {
    let answer = plant.answer(caller, document, json!({})).await;
    match answer["errors"][0]["message"].as_str() {
        None if shows_nothing(&answer) => "ok, nothing".into(),
        None => "ok".into(),
        Some(message) => without_ids(message),
    }
}

/// Whether the answer is an empty list.
fn shows_nothing(answer: &Value) -> bool {
    let fields = answer["data"].as_object().into_iter().flat_map(|data| data.values());
    fields.into_iter().any(|field| field["total"] == 0 || field.as_array().is_some_and(Vec::is_empty))
}

/// Ids differ from run to run.
fn without_ids(message: &str) -> String {
    let words =
        message.split(' ').map(|word| match word.trim_matches(['\'', ',', '.']).parse::<uuid::Uuid>() {
            Ok(_) => "<id>",
            Err(_) => word,
        });
    words.collect::<Vec<_>>().join(" ")
}

/// The fields of both roots, as the schema itself names them.
async fn operations(plant: &Plant) -> Vec<(&'static str, String)> {
    let asked = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let schema = plant.data(&plant.admin(), asked, json!({})).await["__schema"].take();
    let mut all = Vec::new();
    for (root, at) in [("query", "queryType"), ("mutation", "mutationType")] {
        let fields = schema[at]["fields"].as_array().cloned().unwrap_or_default();
        let mut names: Vec<String> =
            fields.iter().filter_map(|field: &Value| field["name"].as_str().map(str::to_owned)).collect();
        names.sort();
        all.extend(names.into_iter().map(|name| (root, name)));
    }
    all
}
