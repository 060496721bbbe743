//! Seeing and ending sessions from elsewhere.

use std::time::Duration;

use atoll_base::ctx::{Ctx, Origin};
use atoll_base::settings::Settings;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both, on_both_with};
use crate::sessions::SECRET;

const LIST: &str = "query($e: ID) { sessions(entityId: $e) { total items { id entityId current address userAgent credentialKind } } }";
const END: &str = "mutation($id: ID!) { revokeSession(id: $id) }";
const END_ALL: &str = "mutation($e: ID) { revokeSessions(entityId: $e) }";

async fn signed_in(plant: &Plant, name: &str) -> (String, Value) {
    let login = plant.login(name, SECRET).await;
    (login["token"].as_str().unwrap().to_owned(), login["sessionId"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_their_own_sessions_and_ends_them() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let ((one, first), (two, second)) =
            (signed_in(&plant, "anna").await, signed_in(&plant, "anna").await);
        let ctx = plant.with_token(&one).await;
        let seen = plant.data(&ctx, LIST, json!({})).await["sessions"].take();
        assert_eq!(seen["total"], json!(2));
        for item in seen["items"].as_array().unwrap() {
            assert_eq!(item["current"], json!(item["id"] == first));
            assert_eq!((&item["entityId"], &item["credentialKind"]), (&json!(anna), &json!("password")));
        }
        plant.data(&ctx, END, json!({ "id": second })).await;
        assert_eq!(plant.recognise(&two).await.unwrap_err(), "session revoked");
        let again = plant.refusal(&ctx, END, json!({ "id": second })).await;
        assert_eq!(again, format!("session {} not found or already revoked", second.as_str().unwrap()));
        let (three, _) = signed_in(&plant, "anna").await;
        let ended = plant.data(&ctx, END_ALL, json!({})).await;
        assert_eq!(ended["revokeSessions"], json!(1));
        assert!(plant.recognise(&one).await.is_ok(), "the one it was asked in goes on");
        assert_eq!(plant.recognise(&three).await.unwrap_err(), "session revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_manages_an_entity_ends_its_sessions() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let boris = plant.caller(plant.person("boris", None).await, None);
        let (one, id) = signed_in(&plant, "anna").await;
        assert_eq!(plant.refusal(&boris, LIST, json!({ "e": anna })).await, "forbidden");
        assert_eq!(plant.refusal(&boris, END, json!({ "id": id })).await, "forbidden");
        assert_eq!(plant.refusal(&boris, END_ALL, json!({ "e": anna })).await, "forbidden");
        let none = Uuid::from_u128(9);
        assert_eq!(plant.refusal(&boris, END, json!({ "id": none })).await, "forbidden");
        let (scoped, text) =
            plant.scoped(anna, json!([{ "actions": ["read", "manage"], "scopeMode": "platform" }])).await;
        assert!(!scoped.is_empty());
        let token = plant.with_token(&text).await;
        assert_eq!(
            plant.refusal(&token, END, json!({ "id": id })).await,
            "forbidden",
            "a scoped token ends none"
        );
        let seen = plant.data(&plant.admin(), LIST, json!({ "e": anna })).await;
        assert_eq!(seen["sessions"]["total"], json!(1));
        let ended = plant.data(&plant.admin(), END_ALL, json!({ "e": anna })).await;
        assert_eq!(ended["revokeSessions"], json!(1));
        assert_eq!(plant.recognise(&one).await.unwrap_err(), "session revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_says_where_it_began() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let long = format!("Browser\u{7}{}", "x".repeat(1000));
        let origin = Origin {
            address: Some("203.0.113.9".parse().unwrap()),
            request_id: None,
            user_agent: Origin::bounded_user_agent(&long),
        };
        let ctx = Ctx::new(plant.ground().clone(), plant.nobody().caller().clone(), origin);
        let login = "mutation($input: LoginInput!) { login(input: $input) { token } }";
        let input = json!({ "input": { "identifier": "anna", "secret": SECRET } });
        let token = plant.data(&ctx, login, input).await["login"]["token"].take();
        let own = plant.with_token(token.as_str().unwrap()).await;
        let seen = plant.data(&own, LIST, json!({})).await["sessions"]["items"][0].take();
        assert_eq!(seen["address"], json!("203.0.113.9"));
        let agent = seen["userAgent"].as_str().unwrap();
        assert!(agent.starts_with("Browserxxx") && agent.len() == Origin::MAX_USER_AGENT, "{agent}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_session_ends_when_there_are_too_many() {
    let settings = Settings { max_sessions_per_entity: 2, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        plant.person("anna", None).await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(signed_in(&plant, "anna").await.0);
            plant.pass(Duration::from_secs(1)).await;
        }
        assert_eq!(plant.recognise(&tokens[0]).await.unwrap_err(), "session revoked");
        assert!(plant.recognise(&tokens[1]).await.is_ok() && plant.recognise(&tokens[2]).await.is_ok());
    })
    .await;
}
