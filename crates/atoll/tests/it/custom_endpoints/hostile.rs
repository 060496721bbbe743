//! What callers and operators may try.

use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::error;
use crate::server::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_used_and_not_kept() {
    on_both(async |server| {
        let admin = server.admin().await;
        let (ann, _) = server.with_token(&admin, json!({ "kind": "human", "name": "ann" })).await;
        let sign_up = json!({
            "key": "secret", "operationKind": "mutation",
            "graphql": "mutation($id: ID!, $p: String!, $n: String!) {
                set: createPassword(entityId: $id, password: $p)
                made: createAccessToken(input: { name: $n, scoped: false, permissions: [], subjectId: $id }) { t: token name } }",
            "variablesMapping": { "id": "$body.id", "p": "$body.p", "n": "$body.password" },
            "responseMapping": { "x": "$.made.t", "name": "$.made.name" },
        });
        let id = server.endpoint(&admin, sign_up).await;
        let body = json!({ "id": ann, "p": "Staple-battery-9", "password": "hunter2-name" });
        let (status, answer) = server.call(&admin, Method::POST, "/api/custom/secret", body).await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["x"].as_str().unwrap();
        assert!(token.starts_with("atom_") && answer["name"] == "hunter2-name");
        let kept = json!(server.calls(&admin, &id).await).to_string();
        let log = server.data(&admin, "{ auditLogs(limit: 200) { items { details } } }", json!({})).await.to_string();
        for secret in ["Staple-battery-9", "hunter2-name", token] {
            assert!(!kept.contains(secret), "{secret}: {kept}");
        }
        for secret in ["Staple-battery-9", token] {
            assert!(!log.contains(secret) && !server.stderr().contains(secret) && !server.stdout().contains(secret));
        }
        assert!(server.try_login("ann", "Staple-battery-9").await.status().is_success());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_bodies_are_data_and_nothing_more() {
    on_both(async |server| {
        let admin = server.admin().await;
        let echo = json!({
            "key": "echo", "graphql": "query($q: String) { tenants(q: $q) { total } }",
            "variablesMapping": { "q": "$body.a.b.0.__proto__.constructor" },
        });
        server.endpoint(&admin, echo).await;
        let path = "/api/custom/echo";
        let deep = (0..100).fold(json!(1), |inner, _| json!({ "a": inner }));
        for body in [
            json!({ "__proto__": { "q": 1 }, "constructor": { "prototype": {} } }),
            json!({ "a": { "b": [{ "__proto__": { "constructor": "x" } }] } }),
            json!({ "a": { "b": { "0": {} } } }),
            json!([1, 2, 3]),
            json!("text"),
            json!((0..100_000).collect::<Vec<u32>>()),
            deep,
        ] {
            let answer = server.call(&admin, Method::POST, path, body).await;
            assert_eq!(answer.0, 200, "{:?}", answer.1);
        }
        let bottomless = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let answer = server.request(Method::POST, &admin, path).body(bottomless).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        // What is of the wrong type is refused by the operation, and why is not told.
        let answer = server
            .call(
                &admin,
                Method::POST,
                path,
                json!({ "a": { "b": [{ "__proto__": { "constructor": [1] } }] } }),
            )
            .await;
        assert_eq!(error(&answer), (400, "custom endpoint GraphQL execution failed"));
        assert_eq!(answer.1["code"], "custom_endpoint.failed");
        assert_eq!(answer.1.as_object().unwrap().len(), 2);
        for at in [
            "/api/custom/%2e%2e/graphql",
            "/api/custom/../graphql",
            "/api/custom/%ff",
            "/api/custom/",
            "/api/custom/echo%00",
        ] {
            let answer = server.call(&admin, Method::POST, at, json!({})).await;
            assert!([404, 400].contains(&answer.0), "{at}: {answer:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_given_up() {
    on_both(async |server| {
        let admin = server.admin().await;
        // Each password is hashed, one after the other.
        let (ann, _) = server.with_token(&admin, json!({ "kind": "human", "name": "ann" })).await;
        let many: String =
            (0..900).map(|n| format!("a{n}: createPassword(entityId: $id, password: \"Staple-battery-{n}\") ")).collect();
        let id = server
            .endpoint(&admin, json!({ "key": "slow", "operationKind": "mutation", "graphql": format!("mutation($id: ID!) {{ {many} }}") }))
            .await;
        let begun = std::time::Instant::now();
        let answer = server.call(&admin, Method::POST, "/api/custom/slow", json!({ "id": ann })).await;
        if begun.elapsed().as_secs() >= 5 {
            assert_eq!(error(&answer), (400, "custom endpoint execution timed out"));
            assert_eq!(server.calls(&admin, &id).await[0]["error"], "custom endpoint execution timed out");
        } else {
            assert_eq!(answer.0, 200);
        }
        assert!(begun.elapsed().as_secs() < 20);
        let still: Value = server.data(&admin, "{ health }", json!({})).await;
        assert_eq!(still["health"], "ok");
    })
    .await;
}
