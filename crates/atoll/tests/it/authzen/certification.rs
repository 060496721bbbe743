//! The certification scenario of the Authorization API 1.0, test by test, as the working group numbers them.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::{Fixture, PUBLIC, on_both, read};
use crate::server::TestServer;

/// The matrix of the scenario: every sub-level but Discovery, which has a test of its own.
const MATRIX: &[&str] = &[
    "c-2-2-1", "c-2-2-2", "c-2-2-3", "c-2-2-8", "c-2-2-9", "c-2-3", "c-2-4", "c-2-5",
    "c-2-6", // Basic Core
    "c-2-2-4", "c-2-2-5", "c-2-2-6", "c-2-2-7", // Basic Properties
    "c-3-2-1", "c-3-2-2", "c-3-2-5", "c-3-2-6", "c-3-3", "c-3-4", // Batch Core
    "c-3-2-3", "c-3-2-4", "c-3-2-7", // Batch Properties
    "c-4-2-1", "c-4-2-2", "c-4-2-3", "c-4-3-1", "c-4-3-2", "c-4-4-1", "c-4-4-2", "c-4-5", "c-4-6",
    "c-4-7", // Search Core
    "c-4-2-4", "c-4-3-3", "c-4-4-3", // Search Properties
];

#[tokio::test(flavor = "multi_thread")]
async fn every_test_of_the_scenario_passes() {
    on_both(async |server, admin| {
        // Outside all tenants; in a tenant that the path names in each way; in the tenant of whoever asks.
        Fixture::lay(server, admin, Value::Null).await;
        Harness::new(server, admin, "").run().await;
        let fixture = Fixture::in_tenant(server, admin, "acme").await;
        let enforcer = fixture.enforcer(server, admin).await;
        let id = format!("/tenants/{}", fixture.tenant.as_str().unwrap());
        for base in ["", "/tenants/acme", "/tenants/acme.example", &id] {
            Harness::new(server, &enforcer, base).run().await;
        }
        Harness::new(server, admin, "/tenants/acme").run().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_names_every_address() {
    on_both(async |server, _| {
        for tenant in ["", "/tenants/acme", "/tenants/a%20b"] {
            let path = format!("/.well-known/authzen-configuration{tenant}");
            let asked = server.request(Method::GET, "", &path).header("host", "evil.example").send();
            let (status, body) = read(asked.await.unwrap()).await;
            let base = format!("{PUBLIC}{tenant}");
            let expected = json!({
                "policy_decision_point": base,
                "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
                "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
                "search_subject_endpoint": format!("{base}/access/v1/search/subject"),
                "search_resource_endpoint": format!("{base}/access/v1/search/resource"),
                "search_action_endpoint": format!("{base}/access/v1/search/action"),
            });
            assert_eq!((status, body), (200, expected));
        }
    })
    .await;
}

struct Harness<'s> {
    server: &'s TestServer,
    token: &'s str,
    base: &'s str,
    done: BTreeSet<&'static str>,
}

fn alice() -> Value {
    json!({ "type": "user", "id": "alice" })
}

fn bob() -> Value {
    json!({ "type": "user", "id": "bob" })
}

fn admin_bob() -> Value {
    json!({ "type": "user", "id": "bob", "properties": { "role": "admin" } })
}

fn act(name: &str) -> Value {
    json!({ "name": name })
}

fn record(number: u8) -> Value {
    json!({ "type": "record", "id": format!("record-{number}") })
}

fn record_in(number: u8, status: &str) -> Value {
    json!({ "type": "record", "id": format!("record-{number}"), "properties": { "status": status } })
}

fn asks(subject: Value, action: Value, resource: Value) -> Value {
    json!({ "subject": subject, "action": action, "resource": resource })
}

/// The same request with another member.
fn with(mut request: Value, key: &str, value: Value) -> Value {
    request[key] = value;
    request
}

impl<'s> Harness<'s> {
    fn new(server: &'s TestServer, token: &'s str, base: &'s str) -> Harness<'s> {
        Harness { server, token, base, done: BTreeSet::new() }
    }

    async fn run(mut self) {
        self.basic().await;
        self.errors().await;
        self.batch().await;
        self.batch_errors().await;
        self.search().await;
        self.pages().await;
        let all: BTreeSet<_> = MATRIX.iter().copied().collect();
        assert_eq!(self.done, all);
    }

    async fn ask(&mut self, id: &'static str, path: &str, body: Value) -> (u16, Value) {
        self.done.insert(id);
        let path = format!("{}/access/v1/{path}", self.base);
        read(self.server.post(self.token, &path, body).await).await
    }

    async fn decision(&mut self, id: &'static str, body: Value, expected: bool) {
        let (status, answer) = self.ask(id, "evaluation", body).await;
        assert_eq!((status, &answer["decision"]), (200, &json!(expected)), "{id}: {answer}");
        assert!(answer["context"].is_object(), "{id}: {answer}");
    }

    async fn decisions(&mut self, id: &'static str, body: Value, expected: &[bool]) {
        let (status, answer) = self.ask(id, "evaluations", body).await;
        let list = answer["evaluations"].as_array().unwrap_or_else(|| panic!("{id}: {answer}"));
        let found: Vec<_> = list.iter().filter_map(|one| one["decision"].as_bool()).collect();
        assert_eq!((status, &found[..]), (200, expected), "{id}: {answer}");
        assert!(answer["decision"].is_null(), "{id}: {answer}");
    }

    async fn bad(&mut self, id: &'static str, path: &str, body: Value) {
        let (status, answer) = self.ask(id, path, body).await;
        assert_eq!(status, 400, "{id}: {answer}");
        assert!(answer["error"].is_string() && answer["code"].is_string(), "{id}: {answer}");
    }

    async fn finds(&mut self, id: &'static str, what: &str, body: Value, key: &str, expected: &[&str]) {
        let of_type = body[what]["type"].clone();
        let (status, answer) = self.ask(id, &format!("search/{what}"), body).await;
        assert_eq!(status, 200, "{id}: {answer}");
        let results = answer["results"].as_array().unwrap_or_else(|| panic!("{id}: {answer}"));
        for name in expected {
            assert!(results.iter().any(|one| one[key] == *name), "{id}: {name} in {answer}");
        }
        if expected.is_empty() {
            assert!(results.is_empty(), "{id}: {answer}");
        }
        assert!(results.iter().all(|one| one[key].is_string() && one["type"] == of_type), "{id}: {answer}");
        assert_eq!(answer["page"], json!({ "next_token": "", "count": results.len() }), "{id}");
    }

    async fn basic(&mut self) {
        let fixture = asks(alice(), act("read"), record(1));
        self.decision("c-2-2-1", fixture.clone(), true).await;
        self.decision("c-2-2-1", asks(alice(), act("write"), record(1)), true).await;
        self.decision("c-2-2-1", asks(bob(), act("read"), record(1)), true).await;
        self.decision("c-2-2-2", asks(bob(), act("write"), record(1)), false).await;
        let context = json!({ "time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1" });
        self.decision("c-2-2-3", with(fixture.clone(), "context", context), true).await;
        self.decision("c-2-2-4", asks(alice(), act("write"), record_in(2, "archived")), false).await;
        // The rule is about the property, not about the record.
        self.decision("c-2-2-4", asks(alice(), act("write"), record_in(1, "archived")), false).await;
        self.decision("c-2-2-5", asks(admin_bob(), act("write"), record_in(2, "archived")), true).await;
        for (id, soft) in [("c-2-2-6", true), ("c-2-2-7", false)] {
            let delete = json!({ "name": "delete", "properties": { "soft": soft } });
            self.decision(id, asks(alice(), delete, record(1)), soft).await;
        }
        let more = json!({
            "subject": { "type": "user", "id": "alice", "properties": { "department": "Sales", "role": "manager" } },
            "action": { "name": "read", "properties": { "method": "GET" } },
            "resource": { "type": "record", "id": "record-1",
                "properties": { "status": "active", "owner": "bob" } },
        });
        self.decision("c-2-2-8", more, true).await;
        let unknown =
            with(with(fixture.clone(), "foo", json!("bar")), "futureField", json!({ "nested": true }));
        self.decision("c-2-2-9", unknown, true).await;
        self.decision("c-2-3", fixture.clone(), true).await;
        for _ in 0..5 {
            self.decision("c-2-6", fixture.clone(), true).await;
        }
        for given in [Some("bfe9eb29-ab87-4ca3-be83-a1d5d8305716"), None] {
            let path = format!("{}/access/v1/evaluation", self.base);
            let mut request = self.server.request(Method::POST, self.token, &path).json(&fixture);
            if let Some(given) = given {
                request = request.header("x-request-id", given);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            let echoed = answer.headers()["x-request-id"].to_str().unwrap();
            assert!(given.is_none_or(|given| given == echoed) && !echoed.is_empty(), "{echoed}");
        }
        self.done.insert("c-2-5");
    }

    async fn errors(&mut self) {
        let fixture = asks(alice(), act("read"), record(1));
        let without = |path: &[&str]| {
            let mut request = fixture.clone();
            let (last, above) = path.split_last().unwrap();
            let object = above.iter().fold(&mut request, |object, key| &mut object[*key]);
            object.as_object_mut().unwrap().remove(*last);
            request
        };
        let missing: [&[&str]; 8] = [
            &["subject"],
            &["action"],
            &["resource"],
            &["subject", "type"],
            &["subject", "id"],
            &["action", "name"],
            &["resource", "type"],
            &["resource", "id"],
        ];
        for path in missing {
            self.bad("c-2-4", "evaluation", without(path)).await;
        }
        self.bad("c-2-4", "evaluation", with(fixture.clone(), "subject", json!("alice"))).await;
        self.bad("c-2-4", "evaluation", with(fixture.clone(), "action", json!({ "name": 123 }))).await;
        let path = format!("{}/access/v1/evaluation", self.base);
        let json = fixture.to_string();
        for (kind, body) in [
            (Some("text/plain"), &json[..]),
            (None, &json[..]),
            (Some("application/json"), "{\"subject\":"),
            (Some("application/json"), ""),
        ] {
            let mut request = self.server.request(Method::POST, self.token, &path).body(body.to_owned());
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let (status, answer) = read(request.send().await.unwrap()).await;
            assert_eq!(status, 400, "{kind:?} {body}: {answer}");
        }
        let with_charset = self.server.request(Method::POST, self.token, &path).body(json);
        let answer = with_charset.header("content-type", "application/json; charset=utf-8").send().await;
        assert_eq!(read(answer.unwrap()).await.0, 200);
    }

    async fn batch(&mut self) {
        let records = json!([{ "resource": record(1) }, { "resource": record(2) }]);
        let shared = json!({ "subject": alice(), "action": act("read"), "evaluations": records });
        self.decisions("c-3-2-1", shared.clone(), &[true, true]).await;
        let actions = json!([{ "action": act("read") }, { "action": act("write") }]);
        let ordered = json!({ "subject": bob(), "resource": record(1), "evaluations": actions });
        self.decisions("c-3-2-2", ordered.clone(), &[true, false]).await;
        self.decisions("c-3-3", ordered.clone(), &[true, false]).await;
        let by_item =
            json!([{ "resource": record_in(1, "active") }, { "resource": record_in(2, "archived") }]);
        let writes = json!({ "subject": alice(), "action": act("write"), "evaluations": by_item });
        self.decisions("c-3-2-3", writes.clone(), &[true, false]).await;
        let by_subject = json!({ "action": act("write"), "resource": record_in(2, "archived"),
            "evaluations": [{ "subject": alice() }, { "subject": admin_bob() }] });
        self.decisions("c-3-2-4", by_subject.clone(), &[false, true]).await;
        let whole = json!({ "evaluations": [asks(alice(), act("read"), record(1)),
            asks(bob(), act("write"), record(1))] });
        self.decisions("c-3-2-5", whole, &[true, false]).await;
        let mut in_context = with(shared, "context", json!({ "time": "2025-06-27T18:03-07:00" }));
        in_context["evaluations"][1]["context"] = json!({ "time": "x", "source": "batch-override" });
        self.decisions("c-3-2-6", in_context, &[true, true]).await;
        let mut merged = with(writes, "resource", json!({ "type": "record" }));
        merged["evaluations"][0]["resource"].as_object_mut().unwrap().remove("type");
        self.decisions("c-3-2-7", merged, &[true, false]).await;
        // Beyond the scenario: when to stop.
        let stops = |request: &Value, semantic: &str| {
            with(request.clone(), "options", json!({ "evaluations_semantic": semantic }))
        };
        self.decisions("c-3-3", stops(&by_subject, "execute_all"), &[false, true]).await;
        self.decisions("c-3-3", stops(&by_subject, "deny_on_first_deny"), &[false]).await;
        self.decisions("c-3-3", stops(&by_subject, "permit_on_first_permit"), &[false, true]).await;
        self.decisions("c-3-3", stops(&ordered, "deny_on_first_deny"), &[true, false]).await;
        self.decisions("c-3-3", stops(&ordered, "permit_on_first_permit"), &[true]).await;
        self.bad("c-3-3", "evaluations", stops(&ordered, "whenever")).await;
    }

    async fn batch_errors(&mut self) {
        let shared = json!({ "subject": alice(), "action": act("read") });
        let items =
            json!([{ "resource": record(1) }, {}, 7, { "resource": "record-1" }, { "resource": record(1) }]);
        let (_, answer) =
            self.ask("c-3-4", "evaluations", with(shared.clone(), "evaluations", items.clone())).await;
        let found: Vec<_> =
            answer["evaluations"].as_array().unwrap().iter().map(|one| one["decision"].clone()).collect();
        assert_eq!(json!(found), json!([true, false, false, false, true]));
        let why = json!({ "status": 400, "code": "body.shape", "message": "resource is required" });
        assert_eq!(answer["evaluations"][1]["context"]["error"], why);
        let single = asks(alice(), act("read"), record(1));
        for request in [single.clone(), with(single.clone(), "evaluations", json!([]))] {
            let (status, answer) = self.ask("c-3-4", "evaluations", request).await;
            assert_eq!((status, &answer["decision"]), (200, &json!(true)), "{answer}");
        }
        self.bad("c-3-4", "evaluations", with(shared.clone(), "evaluations", json!({}))).await;
        self.bad("c-3-4", "evaluations", shared).await;
    }

    async fn search(&mut self) {
        let user = || json!({ "type": "user" });
        let records = || json!({ "type": "record" });
        let readers = asks(user(), act("read"), record(1));
        self.finds("c-4-2-1", "subject", readers.clone(), "id", &["alice", "bob"]).await;
        let context = json!({ "time": "2025-06-27T18:03-07:00" });
        self.finds("c-4-2-2", "subject", with(readers.clone(), "context", context.clone()), "id", &["alice"])
            .await;
        // What is searched for need not be named, and is ignored where it is.
        let named = with(readers, "subject", json!({ "type": "user", "id": 7 }));
        self.finds("c-4-2-3", "subject", named, "id", &["alice", "bob"]).await;
        let writers = asks(
            json!({ "type": "user", "properties": { "role": "admin" } }),
            act("write"),
            record_in(2, "archived"),
        );
        self.finds("c-4-2-4", "subject", writers, "id", &["bob"]).await;
        let read = asks(alice(), act("read"), records());
        self.finds("c-4-3-1", "resource", read.clone(), "id", &["record-1"]).await;
        let named = with(read, "resource", json!({ "type": "record", "id": "x" }));
        self.finds("c-4-3-2", "resource", named, "id", &["record-1"]).await;
        self.finds("c-4-3-3", "resource", asks(admin_bob(), act("write"), records()), "id", &["record-2"])
            .await;
        let doings = json!({ "subject": alice(), "resource": record(1) });
        self.finds("c-4-4-1", "action", doings.clone(), "name", &["read", "write"]).await;
        self.finds("c-4-4-2", "action", with(doings, "context", context), "name", &["read"]).await;
        let archived = json!({ "subject": admin_bob(), "resource": record_in(2, "archived") });
        self.finds("c-4-4-3", "action", archived, "name", &["write"]).await;
        let stranger = json!({ "type": "user", "id": "nonexistent-user" });
        let unknown = json!({ "subject": stranger, "resource": record(1) });
        self.finds("c-4-6", "action", unknown.clone(), "name", &[]).await;
        self.finds(
            "c-4-6",
            "subject",
            asks(json!({ "type": "spaceship" }), act("read"), record(1)),
            "id",
            &[],
        )
        .await;
        self.finds("c-4-6", "subject", asks(user(), act("read"), record(9)), "id", &[]).await;
        self.finds("c-4-6", "subject", asks(user(), act("fly"), record(1)), "id", &[]).await;
        self.finds("c-4-6", "resource", asks(stranger, act("read"), records()), "id", &[]).await;
        let fleet = json!({ "type": "entity:spaceship" });
        self.finds("c-4-6", "resource", asks(alice(), act("read"), fleet), "id", &[]).await;
        let bad = [
            ("subject", json!({ "subject": user(), "resource": record(1) })),
            ("resource", json!({ "action": act("read"), "resource": records() })),
            ("action", json!({ "subject": alice() })),
            ("subject", asks(user(), act("read"), records())),
            ("resource", asks(user(), act("read"), records())),
        ];
        for (what, body) in bad {
            self.bad("c-4-7", &format!("search/{what}"), body).await;
        }
    }

    async fn pages(&mut self) {
        let readers = asks(json!({ "type": "user" }), act("read"), record(1));
        let doings = json!({ "subject": alice(), "resource": record(1) });
        for (what, key, request) in [("subject", "id", readers.clone()), ("action", "name", doings)] {
            let (mut found, mut token) = (Vec::new(), json!(""));
            loop {
                let page = json!({ "limit": 1, "token": token });
                let request = with(request.clone(), "page", page);
                let (status, answer) = self.ask("c-4-5", &format!("search/{what}"), request).await;
                assert_eq!((status, &answer["page"]["count"]), (200, &json!(1)), "{answer}");
                found.push(answer["results"][0][key].as_str().unwrap().to_owned());
                token = answer["page"]["next_token"].clone();
                if token == "" {
                    break;
                }
            }
            found.sort();
            let expected = if what == "subject" { ["alice", "bob"] } else { ["read", "write"] };
            let found: Vec<&str> =
                found.iter().map(String::as_str).filter(|name| expected.contains(name)).collect();
            assert_eq!(found, expected, "{what}");
        }
        // The rest is asked for with the token alone.
        let (_, first) =
            self.ask("c-4-5", "search/subject", with(readers.clone(), "page", json!({ "limit": 1 }))).await;
        let rest = json!({ "token": first["page"]["next_token"] });
        let (status, answer) = self.ask("c-4-5", "search/subject", with(readers.clone(), "page", rest)).await;
        assert_eq!((status, &answer["page"]["next_token"]), (200, &json!("")), "{answer}");
        for page in [json!({ "limit": 0 }), json!({ "limit": "1" }), json!({ "token": "?" }), json!(7)] {
            self.bad("c-4-5", "search/subject", with(readers.clone(), "page", page)).await;
        }
    }
}
