//! Input that is wrong in every way gets a clear refusal, and the server goes on.

use serde_json::json;

use crate::server::{NOBODY, on_both};

/// Resident memory in KiB.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_wrong_are_refused_and_memory_stays_bounded() {
    on_both(async |server| {
        let token = server.admin().await;
        let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let bomb: String =
            (0..28).map(|n| format!("fragment f{n} on QueryRoot {{ ...f{0} ...f{0} }} ", n + 1)).collect();
        let bomb = format!("{{ ...f0 }} {bomb} fragment f28 on QueryRoot {{ health }}");
        let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
            ("ten megabytes", vec![b'a'; 10 << 20], &[413]),
            ("not JSON", b"{".to_vec(), &[400]),
            ("not UTF-8", b"{\"query\":\"\xff\xfe\"}".to_vec(), &[400]),
            ("nested arrays", deep("[", "]").into_bytes(), &[400]),
            ("nested selections", json!({ "query": deep("{a", "}") }).to_string().into_bytes(), &[400]),
            (
                "nested lists",
                json!({ "query": format!("{{ tenant(id: {}) {{ id }} }}", deep("[", "]")) })
                    .to_string()
                    .into_bytes(),
                &[400],
            ),
            (
                "nested types",
                json!({ "query": format!("query($a: {}) {{ health }}", deep("[", "]")) })
                    .to_string()
                    .into_bytes(),
                &[400],
            ),
            ("a batch", b"[{\"query\":\"{ health }\"}]".to_vec(), &[400]),
            ("fragments that multiply", json!({ "query": bomb }).to_string().into_bytes(), &[200]),
            (
                "a thousand and one fields",
                json!({ "query": format!("{{ {} }}", "a: health ".repeat(1001)) }).to_string().into_bytes(),
                &[200],
            ),
            (
                "a bad UUID",
                json!({ "query": "{ tenant(id: \"../etc\") { id } }" }).to_string().into_bytes(),
                &[200],
            ),
            (
                "a null byte",
                json!({ "query": "mutation { createTenant(input: { name: \"a\\u0000b\" }) { id } }" })
                    .to_string()
                    .into_bytes(),
                &[200],
            ),
            (
                "a broken surrogate",
                b"{\"query\":\"{ tenant(id: \\\"\\ud800\\\") { id } }\"}".to_vec(),
                &[200, 400],
            ),
        ];
        let before = resident(server.pid());
        for (what, body, statuses) in cases {
            let answer = server
                .request(reqwest::Method::POST, &token, "/graphql")
                .header("content-type", "application/json")
                .body(body)
                .send()
                .await
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            assert!(statuses.contains(&status), "{what}: {status} {text}");
            assert!(text.contains("error"), "{what}: {text}");
            assert!(!text.contains("internal error") && !text.contains("panick"), "{what}: {text}");
        }
        assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
        let grown = resident(server.pid()).saturating_sub(before);
        assert!(grown < 128 << 10, "grew by {grown} KiB");
        let health = server.data(NOBODY, "{ health }", json!({})).await;
        assert_eq!(health["health"], "ok");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_bodies_have_their_own_limit_and_their_own_words() {
    on_both(async |server| {
        let cases = [
            ("application/json", "{\"identifier\":", 400),
            ("text/plain", "{}", 415),
            ("application/json", "{\"identifier\":\"a\"}", 422),
            ("application/json", "{\"identifier\":\"a\",\"secret\":\"b\",\"kind\":\"pin\"}", 422),
            ("application/json", "{\"identifier\":\"a\",\"secret\":\"b\"}", 401),
        ];
        for (kind, body, status) in cases {
            let answer = server
                .request(reqwest::Method::POST, NOBODY, "/auth/login")
                .header("content-type", kind)
                .body(body)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), status, "{body}");
        }
        let big = json!({ "identifier": "a", "secret": "b".repeat(40_000) });
        assert_eq!(server.post(NOBODY, "/auth/login", big).await.status().as_u16(), 413);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_counts_only_from_our_own_pages() {
    on_both(async |server| {
        let token = server.admin().await;
        let ask = |origin: Option<&'static str>| {
            let mut request = server
                .request(reqwest::Method::POST, NOBODY, "/graphql")
                .header("cookie", format!("theme; atom_token={token}"))
                .json(&json!({ "query": "{ tenants { total } }" }));
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            request.send()
        };
        for (origin, works) in
            [(Some("http://localhost:8080"), true), (Some("https://evil.example"), false), (None, false)]
        {
            let answer: serde_json::Value = ask(origin).await.unwrap().json().await.unwrap();
            assert_eq!(answer["errors"].is_null(), works, "{origin:?}: {answer}");
        }
    })
    .await;
}
