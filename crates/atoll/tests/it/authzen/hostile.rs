//! Those who may not ask learn nothing, and input that is wrong in every way is refused.

use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::{Fixture, on_both, read};
use crate::server::NOBODY;

const PATHS: [&str; 5] = ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"];

fn asks(subject: &str, action: &str, resource: &str) -> Value {
    json!({ "subject": { "type": "user", "id": subject }, "action": { "name": action },
        "resource": { "type": "record", "id": resource } })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_without_a_token() {
    on_both(async |server, _| {
        for base in ["", "/tenants/acme"] {
            for path in PATHS {
                let path = format!("{base}/access/v1/{path}");
                for token in [NOBODY, "atoll_not_a_token"] {
                    let answer = server.post(token, &path, asks("alice", "read", "record-1")).await;
                    assert!(answer.headers().contains_key("www-authenticate"), "{path}");
                    assert_eq!(read(answer).await.0, 401, "{path}");
                }
                assert_eq!(server.get(NOBODY, &path).await.status().as_u16(), 405);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_tells_nothing() {
    on_both(async |server, admin| {
        let acme = Fixture::in_tenant(server, admin, "acme").await;
        let rival = Fixture::in_tenant(server, admin, "rival").await;
        let enforcer = acme.enforcer(server, admin).await;
        let post =
            async |token: &str, path: &str, body: Value| read(server.post(token, path, body).await).await;
        // By id and by alias, below the rival's path and outside: the same refusal as where nothing is.
        let nothing = "00000000-0000-0000-0000-0000000004d2";
        let forbidden = json!({ "error": "forbidden", "code": "forbidden" });
        for (base, subject, resource) in [
            ("", &rival.alice[..], &rival.record_1[..]),
            ("", "alice", &rival.record_1),
            ("", "alice", nothing),
            ("/tenants/acme", "alice", &rival.record_1),
            ("/tenants/rival", "alice", "record-1"),
            ("/tenants/rival", "alice", "nothing"),
            ("/tenants/rival", "nobody", "record-1"),
            ("/tenants/rival", &acme.alice, "record-1"),
            ("/tenants/nowhere", "alice", "record-1"),
            ("/tenants/nowhere", &acme.alice, "record-1"),
            ("/tenants/00000000-0000-0000-0000-0000000004d2", "alice", "record-1"),
        ] {
            let body = asks(subject, "read", resource);
            for path in ["evaluation", "search/subject", "search/action"] {
                let (status, answer) =
                    post(&enforcer, &format!("{base}/access/v1/{path}"), body.clone()).await;
                assert_eq!((status, &answer), (403, &forbidden), "{base} {path} {body}");
            }
            let batch = json!({ "evaluations": [body] });
            let (status, answer) = post(&enforcer, &format!("{base}/access/v1/evaluations"), batch).await;
            let error = json!({ "status": 403, "code": "forbidden", "message": "forbidden" });
            assert_eq!(status, 200);
            assert_eq!(answer["evaluations"], json!([{ "decision": false, "context": { "error": error } }]));
        }
        for base in ["/tenants/rival", "/tenants/nowhere"] {
            for subject in ["alice", "nobody", &acme.alice, &rival.alice] {
                let path = format!("{base}/access/v1/search/resource");
                let (status, _) = post(&enforcer, &path, asks(subject, "read", "")).await;
                assert_eq!(status, 403, "{base} {subject}");
            }
        }
        // An alias of the rival's people is nobody, even for a question about what is ours.
        for subject in ["alice", "nobody"] {
            let body = asks(subject, "read", &acme.record_1);
            let (status, answer) = post(&enforcer, "/tenants/rival/access/v1/evaluation", body).await;
            let none = json!({ "decision": false, "context": { "reason": "subject not found" } });
            assert_eq!((status, answer), (200, none));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aliases_cannot_be_guessed_by_asking_about_oneself() {
    on_both(async |server, admin| {
        let acme = Fixture::in_tenant(server, admin, "acme").await;
        Fixture::in_tenant(server, admin, "rival").await;
        let alice = acme.token(server, admin, &acme.alice).await;
        let ask = async |base: &str, action: &str, resource: Value| {
            let subject = json!({ "type": "user", "id": acme.alice });
            let body = json!({ "subject": subject, "action": { "name": action }, "resource": resource });
            let answer = server.post(&alice, &format!("{base}/access/v1/evaluation"), body).await;
            read(answer).await
        };
        let record = |id: &str| json!({ "type": "record", "id": id });
        let not_found = (200, json!({ "decision": false, "context": { "reason": "resource not found" } }));
        for base in ["", "/tenants/rival", "/tenants/nowhere"] {
            for id in ["record-2", "nothing"] {
                assert_eq!(ask(base, "publish", record(id)).await, not_found, "{base} {id}");
            }
        }
        // What she may do she is told, and why not where she knows the id.
        assert_eq!(ask("", "read", record("record-2")).await.1["decision"], true);
        let (_, answer) = ask("", "delete", record(&acme.record_1)).await;
        assert_eq!(answer["context"]["reason"], "no matching allow policy");
        let tenant = |id: &str| json!({ "type": "tenant", "id": id });
        for id in ["rival", "nowhere"] {
            let (_, answer) = ask("", "read", tenant(id)).await;
            assert_eq!(answer["context"]["reason"], "tenant not found");
        }
        // Her own alias names her; a colleague's is not hers to ask about.
        let (status, _) =
            read(server.post(&alice, "/access/v1/evaluation", asks("alice", "read", "record-1")).await).await;
        assert_eq!(status, 200);
        for subject in ["bob", "nobody"] {
            let answer =
                server.post(&alice, "/access/v1/evaluation", asks(subject, "read", "record-1")).await;
            assert_eq!(read(answer).await.0, 403, "{subject}");
        }
        // A refusal is remembered where it happened, also of a name that stands for nothing.
        let tail =
            || server.atoll(&["ledger", "tail", "-n", "200", "--tenant", acme.tenant.as_str().unwrap()]);
        let mut seen = String::new();
        for _ in 0..100 {
            seen = tail().out;
            if seen.matches("authz.check").count() >= 2 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no trace in {seen}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_cannot_take_anothers_address() {
    on_both(async |server, admin| {
        Fixture::in_tenant(server, admin, "acme").await;
        let ask = async || {
            let path = "/tenants/acme.example/access/v1/evaluation";
            read(server.post(admin, path, asks("alice", "read", "record-1")).await).await
        };
        assert_eq!(ask().await.1["decision"], true);
        let taken = "mutation { createTenant(input: { name: \"c\", route: \"acme\" }) { id } }";
        server.data(admin, taken, json!({})).await;
        // The route of one is now the alias of another: the name stands for neither.
        let path = "/tenants/acme/access/v1/evaluation";
        let (status, answer) = read(server.post(admin, path, asks("alice", "read", "record-1")).await).await;
        assert_eq!((status, &answer["decision"]), (200, &json!(false)), "{answer}");
        assert_eq!(ask().await.1["decision"], true);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_input_is_refused_whatever_it_is() {
    on_both(async |server, admin| {
        let fixture = Fixture::lay(server, admin, Value::Null).await;
        let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        let question = asks("alice", "read", "record-1");
        let with = |key: &str, value: &str| {
            let text = question.to_string();
            format!("{},\"{key}\":{value}}}", &text[..text.len() - 1])
        };
        let evaluations = |count: usize| with("evaluations", &json!(vec![json!({}); count]).to_string());
        let cases: Vec<(&str, String, u16)> = vec![
            ("two hundred questions", evaluations(200), 200),
            ("one too many", evaluations(201), 400),
            ("a hundred thousand", evaluations(100_000), 400),
            ("too large", evaluations(500_000), 413),
            ("very deep", with("context", &format!("{{\"x\":{}}}", deep(100_000))), 400),
            ("deep", with("context", &format!("{{\"x\":{}}}", deep(60))), 400),
            ("a large context", with("context", &json!({ "x": "y".repeat(70_000) }).to_string()), 400),
            ("a list", "[]".into(), 400),
            ("a text", "\"alice\"".into(), 400),
            ("null", "null".into(), 400),
            ("two bodies", format!("{question}{question}"), 400),
            ("a broken surrogate", with("context", "{\"x\":\"\\ud800\"}"), 400),
        ];
        for (what, body, expected) in cases {
            let answer = server
                .request(Method::POST, admin, "/access/v1/evaluations")
                .header("content-type", "application/json")
                .body(body)
                .send()
                .await
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let (status, answer) = read(answer).await;
            assert_eq!(status, expected, "{what}: {answer}");
        }
        let long = "x".repeat(300);
        for id in [
            json!(7),
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(["alice"]),
            json!(long),
            json!("alice\u{0}"),
        ] {
            let mut body = question.clone();
            body["subject"]["id"] = id.clone();
            assert_eq!(read(server.post(admin, "/access/v1/evaluation", body).await).await.0, 400, "{id}");
        }
        for id in ["", " ", "../alice", "%27 OR 1=1 --", "älice", "alice@example.com", "{}"] {
            let answer = server.post(admin, "/access/v1/evaluation", asks(id, "read", "record-1")).await;
            let none = json!({ "decision": false, "context": { "reason": "subject not found" } });
            assert_eq!(read(answer).await, (200, none), "{id:?}");
        }
        // The right id under the wrong type is not found.
        let mut body = asks("alice", "read", &fixture.record_1);
        assert_eq!(server.post(admin, "/access/v1/evaluation", body.clone()).await.status().as_u16(), 200);
        for of_type in
            ["document", "resource:document", "entity", "tenant", "group", "credential", "platform"]
        {
            body["resource"]["type"] = json!(of_type);
            let (status, answer) =
                read(server.post(admin, "/access/v1/evaluation", body.clone()).await).await;
            assert_eq!((status, &answer["decision"]), (200, &json!(false)), "{of_type}");
            assert!(answer["context"]["reason"].as_str().unwrap().ends_with("not found"), "{answer}");
        }
        for (of_type, found) in [("human", true), ("entity", true), ("device", false), ("robot", false)] {
            let mut body = asks("alice", "read", "record-1");
            body["subject"]["type"] = json!(of_type);
            let (_, answer) = read(server.post(admin, "/access/v1/evaluation", body).await).await;
            assert_eq!(answer["decision"], found, "{of_type}");
        }
        let path = "/tenants/%ff/access/v1/evaluation";
        assert_eq!(read(server.post(admin, path, question).await).await.0, 400);
    })
    .await;
}
