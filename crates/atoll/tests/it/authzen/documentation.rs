//! The examples of `docs/authzen.md`, as they stand.

use reqwest::Method;
use serde_json::Value;

use super::fixture::{Fixture, on_both, read};

const PAGE: &str = include_str!("../../../../../docs/authzen.md");

/// Each request (path and body) with the answer that follows it.
fn examples() -> Vec<(String, Value, Value)> {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_else(|why| panic!("{text}: {why}"));
    let mut examples = Vec::new();
    for example in PAGE.split("```http\nPOST ").skip(1) {
        let (request, rest) = example.split_once("\n```").unwrap();
        let (path, body) = request.split_once("\n\n").unwrap();
        let (_, answer) = rest.split_once("```json\n").unwrap();
        let (answer, _) = answer.split_once("\n```").unwrap();
        examples.push((path.to_owned(), json(body), json(answer)));
    }
    examples
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_answered_as_they_say() {
    let examples = examples();
    assert!(examples.len() >= 4, "{examples:?}");
    on_both(async |server, admin| {
        let fixture = Fixture::in_tenant(server, admin, "acme").await;
        let enforcer = fixture.enforcer(server, admin).await;
        for (path, body, expected) in &examples {
            let response = server.post(&enforcer, path, body.clone()).await;
            let revision = response.headers().get("atoll-revision").cloned();
            assert_eq!(read(response).await, (200, expected.clone()), "{path} {body}");
            if let Some(revision) = revision {
                // What was answered can be asked for again, at least as fresh.
                let again = server.request(Method::POST, &enforcer, path).json(body);
                let again = again.header("atoll-at-least", revision).send().await.unwrap();
                assert_eq!(again.status(), 200);
            } else {
                assert!(path.contains("search"), "{path} says no revision");
            }
        }
    })
    .await;
}
