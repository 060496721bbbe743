//! The examples of `docs/simulation.md`, as they stand, one after the other.

use std::collections::HashMap;

use atoll_base::settings::Settings;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{action, over_tenant};
use crate::harness::{Plant, on_both_with};

const PAGE: &str = include_str!("../../../../docs/simulation.md");

/// A query, what is beside it in the request, and the answer that follows it.
struct Example {
    query: String,
    extensions: String,
    answer: Value,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for example in PAGE.split("```graphql\n").skip(1) {
        let (query, rest) = example.split_once("\n```\n```json\n").expect("an answer follows each query");
        let (answer, _) = rest.split_once("\n```").expect("an answer ends");
        let (extensions, query) = match query.strip_prefix("# extensions: ") {
            Some(both) => both.split_once('\n').expect("a query follows its extensions"),
            None => ("{}", query),
        };
        let answer = serde_json::from_str(answer).unwrap_or_else(|why| panic!("{answer}: {why}"));
        examples.push(Example { query: query.to_owned(), extensions: extensions.to_owned(), answer });
    }
    examples
}

/// What the names in angle brackets stand for.
struct Names(HashMap<String, String>);

impl Names {
    fn give(&mut self, name: &str, id: Uuid) {
        self.0.insert(format!("<{name}>"), id.to_string());
    }

    fn filled(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// Everything that is expected is there: fields of objects may be more, lists are whole. A name that is new stands for
    /// what is found; a text that ends in `…` may go on.
    fn meets(&mut self, found: &Value, expected: &Value) {
        match expected {
            Value::Object(fields) => fields.iter().for_each(|(name, field)| self.meets(&found[name], field)),
            Value::Array(items) => {
                assert_eq!(found.as_array().map(Vec::len), Some(items.len()), "{found}");
                items.iter().enumerate().for_each(|(at, item)| self.meets(&found[at], item));
            }
            Value::String(text) if text.starts_with('<') => match self.0.get(text) {
                Some(id) => assert_eq!(found, id, "{text}"),
                None => self.give(text.trim_matches(['<', '>']), found.as_str().unwrap().parse().unwrap()),
            },
            Value::String(text) if text.ends_with('…') => {
                let begins = text.trim_end_matches('…');
                assert!(found.as_str().is_some_and(|found| found.starts_with(begins)), "{found}");
            }
            other => assert_eq!(found, other),
        }
    }
}

impl Plant {
    async fn works_on(&self, example: &Example, names: &mut Names) {
        let extensions: Value = serde_json::from_str(&names.filled(&example.extensions)).unwrap();
        let query = names.filled(&example.query);
        let answer = match extensions.get("dryRun") {
            Some(wish) => self.tried_with(&self.admin(), &query, json!({}), wish.clone()).await,
            None => self.answer(&self.admin(), &query, json!({})).await,
        };
        println!("{query}\n{answer}");
        names.meets(&answer, &example.answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_answered_as_they_say() {
    let examples = examples();
    assert!(examples.len() >= 10, "{}", examples.len());
    let settings = Settings { decision_log_sample_denied: 1.0, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        let mut names = Names(HashMap::new());
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let reading = plant.block(over_tenant(tenant, &["read"])).await;
        for (name, id) in [("tenant", tenant), ("ann", ann), ("pump", pump), ("reading", reading)] {
            names.give(name, id);
        }
        names.give("read", action("read"));
        names.give("write", action("write"));
        plant.check(ann, "read", "resource", pump).await;
        plant.write_down().await;
        for example in &examples {
            plant.works_on(example, &mut names).await;
            if example.query.contains("shadowDraft") {
                plant.notice_drafts().await;
                plant.check(ann, "read", "resource", pump).await;
                plant.ask_drafts().await;
            }
        }
        assert!(plant.check(ann, "write", "resource", pump).await.0);
    })
    .await;
}
