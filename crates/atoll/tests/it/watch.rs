//! Watching what changes, over server-sent events and gRPC.

use std::time::{Duration, Instant};

use atoll_server::grpc::atoll::WatchRequest;
use atoll_server::grpc::atoll::watch_service_client::WatchServiceClient;
use serde_json::{Value, json};
use tonic::{Code, Request};

use crate::server::{TestServer, on_both};

/// A watch as a browser sees it.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    async fn open(server: &TestServer, token: &str, query: &str, last: Option<&str>) -> Events {
        let mut request =
            reqwest::Client::new().get(server.url(&format!("/access/v1/watch{query}"))).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{query}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events { response, text: String::new() }
    }

    /// The next event: name, id, data. None when the connection ends.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| {
                    let start = format!("{name}: ");
                    event.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default().to_owned()
                };
                let told = (line("event"), line("id"), line("data"));
                self.text = rest.to_owned();
                if !told.0.is_empty() {
                    return Some((told.0, told.1, serde_json::from_str(&told.2).unwrap()));
                }
            }
            let more = tokio::time::timeout(Duration::from_secs(20), self.response.chunk());
            let chunk = more.await.expect("something within 20 s").ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn change(&mut self) -> (String, Value) {
        match self.next().await {
            Some((name, id, data)) if name == "change" => (id, data),
            other => panic!("no change: {other:?}"),
        }
    }
}

async fn tenant(server: &TestServer, token: &str, name: &str) -> String {
    let made = "mutation($n: String!) { t: createTenant(input: { name: $n }) { id } }";
    server.data(token, made, json!({ "n": name })).await["t"]["id"].as_str().unwrap().to_owned()
}

async fn group(server: &TestServer, token: &str, tenant: &str, name: &str) {
    let made = "mutation($t: ID!, $n: String!) { g: createPrincipalGroup(input: { name: $n, tenantId: $t }) { id } }";
    server.data(token, made, json!({ "t": tenant, "n": name })).await;
}

/// A person of a tenant who deals with its policies.
struct Keeper {
    /// What they prove themselves with.
    token: String,
    credential: String,
    /// What lets them.
    policy: String,
}

async fn keeper(server: &TestServer, token: &str, tenant: &str) -> Keeper {
    let person = "mutation($t: ID!) { p: createEntity(input: { kind: human, name: \"keeper\", tenantId: $t }) { id } }";
    let person = server.data(token, person, json!({ "t": tenant })).await["p"]["id"].clone();
    let actions = "{ actions { items { id name } } }";
    let actions = server.data(token, actions, json!({})).await["actions"]["items"].take();
    let manage =
        actions.as_array().unwrap().iter().find(|one| one["name"] == "policy.manage").unwrap()["id"].clone();
    let block =
        "mutation($t: ID!, $a: ID!) { b: createPermissionBlock(input: { tenantId: $t, scopeMode: \"tenant\",
        actionIds: [$a] }) { id } }";
    let block = server.data(token, block, json!({ "t": tenant, "a": manage })).await["b"]["id"].clone();
    let grant = "mutation($t: ID!, $s: ID!, $b: ID!) { p: createDirectPolicy(input: { tenantId: $t,
        subjectKind: entity, subjectId: $s, permissionBlockId: $b }) { id } }";
    let policy = server.data(token, grant, json!({ "t": tenant, "s": person, "b": block })).await;
    let key = "mutation($e: ID!) { k: createApiKey(entityId: $e, input: {}) { key credentialId } }";
    let key = server.data(token, key, json!({ "e": person })).await["k"].take();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Keeper {
        token: text(&key["key"]),
        credential: text(&key["credentialId"]),
        policy: text(&policy["p"]["id"]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_told_in_order_and_goes_on_where_it_broke_off() {
    on_both(async |server| {
        let token = server.admin().await;
        let acme = tenant(server, &token, "acme").await;
        let other = tenant(server, &token, "other").await;
        let mut events = Events::open(server, &token, &format!("?tenant={acme}"), None).await;
        let (name, begin, _) = events.next().await.unwrap();
        assert_eq!(name, "at");
        group(server, &token, &acme, "one").await;
        group(server, &token, &other, "elsewhere").await;
        group(server, &token, &acme, "two").await;
        let (after_one, one) = events.change().await;
        let (_, two) = events.change().await;
        assert_eq!((&one["event"], &one["tenantId"]), (&json!("group.create"), &json!(acme)));
        assert_eq!(one["changes"][0]["put"]["fact"], "group");
        assert_eq!(one["changes"][0]["put"]["id"], one["targetId"]);
        assert!(two["revision"].as_i64() > one["revision"].as_i64());
        drop(events);
        group(server, &token, &acme, "three").await;

        // A browser says where it was; others name the token.
        let mut again = Events::open(server, &token, &format!("?tenant={acme}"), Some(&after_one)).await;
        assert_eq!(again.next().await.unwrap().0, "at");
        assert_eq!(again.change().await.1["targetId"], two["targetId"]);
        assert_eq!(again.change().await.1["event"], "group.create");
        let mut all =
            Events::open(server, &token, &format!("?tenant={acme},{other}&from={begin}"), None).await;
        all.next().await;
        for _ in 0..3 {
            all.change().await;
        }

        // The same over gRPC.
        let mut client = WatchServiceClient::connect(format!("http://{}", server.grpc())).await.unwrap();
        let mut request = Request::new(WatchRequest { tenant_ids: vec![acme.clone()], from: begin });
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        let mut stream = client.watch(request).await.unwrap().into_inner();
        assert_eq!(stream.message().await.unwrap().unwrap().event, "");
        for wanted in [&one, &two] {
            let told = stream.message().await.unwrap().unwrap();
            assert_eq!(
                (json!(told.target_id), json!(told.revision)),
                (wanted["targetId"].clone(), wanted["revision"].clone())
            );
            assert!(!told.changes[0].dropped && told.changes[0].fact.contains("group"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_no_longer_watch_is_cut_off() {
    on_both(async |server| {
        let token = server.admin().await;
        let acme = tenant(server, &token, "acme").await;
        let keeper = keeper(server, &token, &acme).await;
        let mut events = Events::open(server, &keeper.token, &format!("?tenant={acme}"), None).await;
        assert_eq!(events.next().await.unwrap().0, "at");
        let take = "mutation($id: ID!) { deleteDirectPolicy(id: $id) }";
        server.data(&token, take, json!({ "id": keeper.policy })).await;
        let (name, _, data) = events.next().await.unwrap();
        assert_eq!((name.as_str(), &data["code"]), ("end", &json!("forbidden")));
        assert!(events.next().await.is_none());

        let ask = async |token: &str, query: &str| {
            let path = server.url(&format!("/access/v1/watch{query}"));
            reqwest::Client::new().get(path).bearer_auth(token).send().await.unwrap().status().as_u16()
        };
        assert_eq!(ask(&keeper.token, &format!("?tenant={acme}")).await, 403);
        assert_eq!(ask(&keeper.token, "").await, 403);
        assert_eq!(ask("nonsense", "").await, 401);
        assert_eq!(ask(&token, "?tenant=x").await, 400);
        assert_eq!(ask(&token, "?from=x").await, 400);
        assert_eq!(ask(&token, "?unknown=x").await, 400);
        // Version 1, the platform, and a revision that nothing has come to.
        let never = "AQAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAA";
        assert_eq!(ask(&token, &format!("?from={never}")).await, 503);
        let many: Vec<String> =
            (1..=33).map(|number| format!("00000000-0000-0000-0000-{number:012}")).collect();
        assert_eq!(ask(&token, &format!("?tenant={}", many.join(","))).await, 400);
        let mut client = WatchServiceClient::connect(format!("http://{}", server.grpc())).await.unwrap();
        let mut request = Request::new(WatchRequest { tenant_ids: vec![acme], from: String::new() });
        request.metadata_mut().insert("authorization", format!("Bearer {}", keeper.token).parse().unwrap());
        assert_eq!(client.watch(request).await.unwrap_err().code(), Code::PermissionDenied);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_and_a_server_that_stops_end_the_watch() {
    on_both(async |server| {
        let token = server.admin().await;
        let acme = tenant(server, &token, "acme").await;
        let keeper = keeper(server, &token, &acme).await;
        let mut events = Events::open(server, &keeper.token, &format!("?tenant={acme}"), None).await;
        assert_eq!(events.next().await.unwrap().0, "at");
        let revoke = "mutation($c: ID!) { revokeAccessToken(credentialId: $c) }";
        server.data(&token, revoke, json!({ "c": keeper.credential })).await;
        let (name, _, data) = events.next().await.unwrap();
        assert_eq!((name.as_str(), data["error"].as_str()), ("end", Some("api key revoked")));

        let mut events = Events::open(server, &token, "", None).await;
        assert_eq!(events.next().await.unwrap().0, "at");
        let began = Instant::now();
        assert_eq!(server.stop().await.code(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert!(events.next().await.is_none());
    })
    .await;
}
