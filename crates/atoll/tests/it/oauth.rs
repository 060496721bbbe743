//! Credentials and tokens over HTTP and gRPC, as other programs use them.

use atoll_server::grpc::atom;
use atoll_server::grpc::atom::auth_service_client::AuthServiceClient;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use tonic::{Code, Request};

use crate::server::{ADMIN_SECRET, NOBODY, TestServer, on_both};

/// A service with a shared key: its id and the key.
async fn client(server: &TestServer, name: &str) -> (String, String) {
    let admin = server.admin().await;
    let make = "mutation($n: String!) { made: createEntity(input: { kind: service, name: $n }) { id } }";
    let id = server.data(&admin, make, json!({ "n": name })).await["made"]["id"].take();
    let make = "mutation($e: ID!) { made: createSharedKey(entityId: $e, input: {}) { key } }";
    let key = server.data(&admin, make, json!({ "e": id })).await["made"]["key"].take();
    (id.as_str().unwrap().to_owned(), key.as_str().unwrap().to_owned())
}

async fn form(server: &TestServer, path: &str, by: Option<(&str, &str)>, pairs: &[(&str, &str)]) -> Response {
    let request = server.request(Method::POST, NOBODY, path);
    let request = match by {
        Some((id, key)) => request.basic_auth(id, Some(key)),
        None => request,
    };
    // Nothing else in these values needs encoding.
    let encoded = |value: &str| value.replace(':', "%3A").replace(' ', "+");
    let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let request =
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.join("&"));
    request.send().await.expect("the server answers")
}

async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn other_programs_ask_about_tokens_and_exchange_them() {
    on_both(async |server| {
        let (id, key) = client(server, "bot").await;
        let admin = server.admin().await;
        let by = Some((id.as_str(), key.as_str()));
        let asked = form(server, "/oauth/introspect", by, &[("token", &admin)]).await;
        assert_eq!(asked.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(json_of(asked).await, (200, json!({ "active": false })), "a token it may not know of");
        let post = [("token", admin.as_str()), ("client_id", &id), ("client_secret", &key)];
        assert_eq!(form(server, "/oauth/introspect", None, &post).await.status(), 200);
        let nobody = form(server, "/oauth/introspect", None, &[("token", &admin)]).await;
        assert!(nobody.headers().contains_key(header::WWW_AUTHENTICATE));
        assert_eq!(json_of(nobody).await.1["error"], json!("invalid_client"));
        assert_eq!(form(server, "/oauth/introspect", by, &post).await.status(), 400, "one way only");
        let wrong = form(server, "/oauth/token", Some((&id, "wrong")), &[]).await;
        assert_eq!(json_of(wrong).await.0, 401);
        let exchange = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", admin.as_str()),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ("scope", "read"),
        ];
        let (status, issued) = json_of(form(server, "/oauth/token", by, &exchange).await).await;
        assert_eq!(
            (status, &issued["token_type"], &issued["scope"]),
            (200, &json!("Bearer"), &json!("read"))
        );
        let token = issued["access_token"].as_str().unwrap();
        let seen = server.data(token, "{ tenants { total } }", json!({})).await;
        assert_eq!(seen["tenants"]["total"], json!(0));
        let own = server.request(Method::POST, token, "/oauth/introspect");
        let own = own.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let own = own.body(format!("token={token}")).send().await.unwrap();
        let (_, told) = json_of(own).await;
        assert_eq!((&told["active"], &told["act"]), (&json!(true), &json!({ "sub": id })));
        let ended = form(server, "/oauth/revoke", by, &[("token", token)]).await;
        assert_eq!(ended.status(), 200, "whoever acts by it may end it");
        assert_eq!(server.get(token, "/auth/session").await.status(), 401);
        let large = "x".repeat(40_000);
        assert_eq!(form(server, "/oauth/introspect", by, &[("token", &large)]).await.status(), 413);
        let json_body = server.post(&admin, "/oauth/introspect", json!({ "token": "x" })).await;
        assert_eq!(json_of(json_body).await.1["error"], json!("invalid_request"));
        let metadata = server.get(NOBODY, "/.well-known/oauth-authorization-server").await;
        let (_, metadata) = json_of(metadata).await;
        assert!(metadata["token_endpoint"].as_str().unwrap().ends_with("/oauth/token"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_refreshed_listed_and_ended_over_rest() {
    on_both(async |server| {
        let (one, two) = (server.admin().await, server.admin().await);
        let fresh = server.request(Method::POST, &one, "/auth/refresh").send().await.unwrap();
        assert!(fresh.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("atom_token="));
        assert_eq!(fresh.status(), 200);
        let (_, listed) = json_of(server.get(&one, "/auth/sessions").await).await;
        assert_eq!(listed["total"], json!(2));
        assert_eq!(listed["items"][0]["address"], json!("127.0.0.1"));
        let ended = server.request(Method::DELETE, &one, "/auth/sessions").send().await.unwrap();
        assert_eq!(json_of(ended).await, (200, json!({ "revoked": 1 })));
        assert_eq!(server.get(&two, "/auth/session").await.status(), 401);
        let body = json!({ "query": "mutation { logout }" });
        let out = server.post(&one, "/graphql", body).await;
        let cookie = out.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("atom_token=;") && cookie.contains("Max-Age=0"), "{cookie}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adapters_check_secrets_over_grpc_and_rest() {
    on_both(async |server| {
        let (id, key) = client(server, "probe").await;
        let admin = server.admin().await;
        let mut grpc = AuthServiceClient::connect(format!("http://{}", server.grpc())).await.unwrap();
        let mut ask = async |token: &str, secret: &str, kind: &str| {
            let mut request = Request::new(atom::AuthenticateCredentialRequest {
                identifier: "probe".into(),
                secret: secret.into(),
                kind: kind.into(),
                ..Default::default()
            });
            if !token.is_empty() {
                request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            let answer = grpc.authenticate_credential(request).await;
            answer.map(|answer| answer.into_inner()).map_err(|why| (why.code(), why.message().to_owned()))
        };
        let answer = ask(&admin, &key, "Shared_Key").await.unwrap();
        assert_eq!((answer.entity_id.as_str(), answer.tenant_id.as_str()), (id.as_str(), ""));
        let refusals = [
            (ask("", &key, "shared_key").await, Code::Unauthenticated, "missing authorization metadata"),
            (ask(&admin, "wrong", "shared_key").await, Code::Unauthenticated, "invalid credentials"),
            (ask(&admin, &key, "").await, Code::Unauthenticated, "invalid credentials"),
            (
                ask(&admin, &key, "certificate").await,
                Code::InvalidArgument,
                "unsupported credential kind: expected password or shared_key",
            ),
        ];
        for (answer, code, text) in refusals {
            assert_eq!(answer.unwrap_err(), (code, text.to_owned()));
        }
        let body = json!({ "identifier": "probe", "secret": key, "kind": "shared_key" });
        let (status, told) = json_of(server.post(&admin, "/auth/credential", body.clone()).await).await;
        assert_eq!((status, &told["entity_id"]), (200, &json!(id)));
        assert_eq!(server.post(NOBODY, "/auth/credential", body).await.status(), 401);
        let login = json!({ "identifier": "admin", "secret": ADMIN_SECRET, "kind": "access_token" });
        let (status, told) = json_of(server.post(NOBODY, "/auth/login", login).await).await;
        assert_eq!((status, &told["error"]), (400, &json!("unsupported credential kind: AccessToken")));
    })
    .await;
}
