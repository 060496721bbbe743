//! Two processes on one PostgreSQL database agree on keys and decisions, over gRPC too.

use std::time::{Duration, Instant};

use atoll_server::grpc::atom;
use serde_json::json;
use tonic::Request;
use tonic::transport::Channel;

use crate::server::{Engine, TestServer, engines, on_both};

async fn channel(server: &TestServer) -> Channel {
    Channel::from_shared(format!("http://{}", server.grpc())).unwrap().connect().await.unwrap()
}

/// A question over gRPC.
async fn check(server: &TestServer, token: &str, subject: &str, resource: &str) -> (bool, String) {
    let mut client = atom::authz_service_client::AuthzServiceClient::new(channel(server).await);
    let mut request = Request::new(atom::CheckRequest {
        subject_id: subject.to_owned(),
        action: "publish".to_owned(),
        resource_id: resource.to_owned(),
        ..atom::CheckRequest::default()
    });
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let answer = client.check(request).await.unwrap().into_inner();
    (answer.allowed, answer.reason)
}

/// A device, a channel, and the block that lets the one publish to the other.
async fn furnish(server: &TestServer, token: &str) -> [String; 4] {
    let made = server
        .data(token, "mutation { t: createTenant(input: { name: \"plant\" }) { id } }", json!({}))
        .await;
    let tenant = made["t"]["id"].as_str().unwrap().to_owned();
    let things =
        "mutation($t: ID!) { d: createEntity(input: { kind: device, name: \"d\", tenantId: $t }) { id }
        c: createResource(input: { kind: \"channel\", tenantId: $t }) { id } }";
    let things = server.data(token, things, json!({ "t": tenant })).await;
    let publish = "000a0007";
    let publish = format!("00000000-0000-0000-0000-0000{publish}");
    let block = "mutation($t: ID!, $c: ID!, $a: ID!) { b: createPermissionBlock(input: { tenantId: $t, scopeMode: \"object\",
        objectKind: \"resource\", objectId: $c, actionIds: [$a] }) { id } }";
    let block = server.data(token, block, json!({ "t": tenant, "c": things["c"]["id"], "a": publish })).await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    [tenant, text(&things["d"]["id"]), text(&things["c"]["id"]), text(&block["b"]["id"])]
}

const GRANT: &str =
    "mutation($t: ID!, $s: ID!, $b: ID!) { p: createDirectPolicy(input: { tenantId: $t, subjectKind: entity,
    subjectId: $s, permissionBlockId: $b }) { id } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_seen_over_grpc_by_the_next_check() {
    on_both(async |server| {
        let token = server.admin().await;
        let [tenant, device, channel, block] = furnish(server, &token).await;
        assert_eq!(
            check(server, &token, &device, &channel).await,
            (false, "no matching allow policy".into())
        );
        server.data(&token, GRANT, json!({ "t": tenant, "s": device, "b": block })).await;
        assert_eq!(check(server, &token, &device, &channel).await, (true, "allowed".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_agree_within_a_second_on_grants_sessions_and_keys() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let here = TestServer::start(engine).await;
        let there = here.replica().await;
        let token = here.admin().await;
        let [tenant, device, channel, block] = furnish(&here, &token).await;
        here.data(&token, GRANT, json!({ "t": tenant, "s": device, "b": block })).await;
        let began = Instant::now();
        while !check(&there, &token, &device, &channel).await.0 {
            assert!(
                began.elapsed() < Duration::from_secs(1),
                "the other replica sees the grant within a second"
            );
        }
        here.data(&token, "mutation { rotateSigningKeys }", json!({})).await;
        let fresh = here.admin().await;
        assert!(
            there.get(&fresh, "/auth/introspect").await.status().is_success(),
            "a new key is known there"
        );
        assert!(there.get(&token, "/auth/introspect").await.status().is_success(), "the old one still is");
        let jwks = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
        let of_here = jwks(here.get("", "/.well-known/jwks.json").await.text().await.unwrap());
        let of_there = jwks(there.get("", "/.well-known/jwks.json").await.text().await.unwrap());
        assert_eq!(of_here, of_there);
        here.data(&fresh, "mutation { logout }", json!({})).await;
        let began = Instant::now();
        while there.get(&fresh, "/auth/introspect").await.status().is_success() {
            assert!(began.elapsed() < Duration::from_secs(1), "what ended here ends there within a second");
        }
        drop(there);
        here.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grpc_answers_for_tokens_health_and_wrong_callers() {
    on_both(async |server| {
        let token = server.admin().await;
        let mut auth = atom::auth_service_client::AuthServiceClient::new(channel(server).await);
        let known = auth.authenticate(atom::AuthenticateRequest { token }).await.unwrap().into_inner();
        assert_eq!(known.entity_id, "00000000-0000-0000-0000-000000000001");
        assert_eq!(known.tenant_id, "");
        assert!(!known.session_id.is_empty());
        let refused =
            auth.authenticate(atom::AuthenticateRequest { token: "atom_x".into() }).await.unwrap_err();
        assert_eq!((refused.code(), refused.message()), (tonic::Code::Unauthenticated, "malformed api key"));
        let mut authz = atom::authz_service_client::AuthzServiceClient::new(channel(server).await);
        let missing = authz.check(atom::CheckRequest::default()).await.unwrap_err();
        assert_eq!(missing.message(), "missing authorization metadata");
        let mut health = tonic_health::pb::health_client::HealthClient::new(channel(server).await);
        let service = String::new();
        let serving =
            health.check(tonic_health::pb::HealthCheckRequest { service }).await.unwrap().into_inner();
        assert_eq!(serving.status, 1);
    })
    .await;
}
