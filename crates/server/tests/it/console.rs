//! What pages ask is what the schema answers.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::Plant;

/// Every string that a file of Rust holds, as it is when the program runs.
fn strings(text: &str) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), None::<String>);
    let text = text.replace("'\"'", "' '");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (&mut open, letter) {
            (None, '"') => open = Some(String::new()),
            (Some(_), '"') => found.extend(open.take()),
            (Some(string), '\\') => match letters.next() {
                Some('n') => string.push('\n'),
                Some('\n') => while letters.next_if(|next| next.is_whitespace()).is_some() {},
                Some(escaped) => string.push(escaped),
                None => {}
            },
            (Some(string), other) => string.push(other),
            (None, _) => {}
        }
    }
    found
}

/// Every GraphQL document of the console, with the file that it stands in.
fn documents(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            documents(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        if path.extension().is_some_and(|end| end == "graphql") {
            found.push((path.display().to_string(), text));
            continue;
        }
        // What lies below the first test is nothing that a page asks.
        let asked = text.split("#[cfg(test)]").next().unwrap_or_default();
        let begins = [
            "query(",
            "mutation(",
            "mutation {",
            "{ found: ",
            "{ all: ",
            "{ secondFactors",
            "{ systemS",
            "{ ledgerStatus",
            "{ actions(",
            "{ tenants(",
        ];
        let graphql =
            strings(asked).into_iter().filter(|string| begins.iter().any(|one| string.starts_with(one)));
        // What is filled in while the program runs is not whole here.
        let whole = graphql.filter(|string| string.matches('{').count() > 1 && !string.contains("{{"));
        found.extend(whole.map(|string| (path.display().to_string(), string)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_of_a_page_is_in_the_words_of_the_schema() {
    let plant = Plant::with(atoll_base::settings::Settings::for_tests()).await;
    let mut found = Vec::new();
    documents(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../console/src")), &mut found);
    assert!(found.len() > 150, "{}", found.len());
    for (file, document) in found {
        let answer = plant.answer(&plant.nobody(), &document, json!({})).await;
        let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        // Whoever is nobody is refused at a field; what is no question at all is refused as a whole.
        let wrong: Vec<&Value> = errors.iter().filter(|error| error.get("path").is_none()).collect();
        assert!(wrong.is_empty(), "{file}: {document}: {wrong:?}");
    }
}
