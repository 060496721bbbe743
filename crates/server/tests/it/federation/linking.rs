//! Linking a provider to an account one has, and taking it away.

use serde_json::{Value, json};

use super::with_upstream;
use crate::harness::Plant;
use crate::sessions::SECRET;

const LINKED: &str = "{ linkedIdentities { id provider email } }";
const UNLINK: &str = "mutation($id: ID!) { unlinkIdentity(id: $id) }";

async fn token(plant: &Plant, name: &str) -> String {
    plant.login(name, SECRET).await["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_alone_links_nothing() {
    with_upstream(async |plant, upstream| {
        let make = "mutation($i: CreateEntityInput!) { made: createEntity(input: $i) { id } }";
        let input =
            json!({ "kind": "human", "name": "named", "attributes": { "email": "anna@example.com" } });
        let named = plant.made(&plant.admin(), make, json!({ "i": input })).await;
        let own = plant.signs_in(&upstream).await["entity_id"].take();
        assert_ne!(own, json!(named), "what attributes say of an address proves nothing");
        let refused = plant.dance_refused(&upstream, |claims| claims["sub"] = "somebody-else".into()).await;
        assert_eq!(
            refused,
            "an account with this email address exists: please sign in to it and link the provider there"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_links_a_provider_and_takes_it_away() {
    with_upstream(async |plant, upstream| {
        let boris = plant.person("boris", None).await;
        let own = token(&plant, "boris").await;
        let away = plant.leave_to_link(&own).await.unwrap();
        let told = plant.dance(&upstream, &away, |_| {}).await;
        assert_eq!(told.get("linked").map(String::as_str), Some("corp"), "{told:?}");
        assert!(!told.contains_key("code"));
        let body = plant.signs_in(&upstream).await;
        assert_eq!(body["entity_id"], json!(boris));
        // It is nobody else's from now on.
        plant.person("clara", None).await;
        let clara = token(&plant, "clara").await;
        let away = plant.leave_to_link(&clara).await.unwrap();
        let told = plant.dance(&upstream, &away, |_| {}).await;
        assert_eq!(told["error"], "this identity is linked to another account");
        let ctx = plant.with_token(&clara).await;
        let seen = plant.data(&plant.with_token(&own).await, LINKED, json!({})).await;
        let id = seen["linkedIdentities"][0]["id"].clone();
        assert_eq!(plant.refusal(&ctx, UNLINK, json!({ "id": id })).await, "linked identity not found");
        let others = "query($id: ID!) { linkedIdentities(entityId: $id) { id } }";
        plant.refusal(&ctx, others, json!({ "id": boris })).await;
        // Taking it away ends what began with it.
        let through = body["token"].as_str().unwrap().to_owned();
        plant.data(&plant.with_token(&own).await, UNLINK, json!({ "id": id })).await;
        assert!(plant.recognise(&through).await.is_err());
        let log = "{ auditLogs(limit: 100) { items { event outcome } } }";
        let log = plant.data(&plant.admin(), log, json!({})).await.to_string();
        for event in ["identity.link", "identity.unlink", "auth.oauth_login"] {
            assert!(log.contains(event), "{event}: {log}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn linking_needs_a_proof_of_late_and_a_session_that_goes_on() {
    with_upstream(async |plant, upstream| {
        plant.person("boris", None).await;
        let own = token(&plant, "boris").await;
        let away = plant.leave_to_link(&own).await.unwrap();
        plant.data(&plant.with_token(&own).await, "mutation { logout }", json!({})).await;
        let told = plant.dance(&upstream, &away, |_| {}).await;
        assert_eq!(told["error"], "the session that began this has ended: please sign in and link again");
        let own = token(&plant, "boris").await;
        plant.later(plant.ground().settings().step_up_max_age_secs).await;
        let refused = plant.leave_to_link(&own).await.unwrap_err();
        assert_eq!(refused["code"], "auth.step_up_required");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_in_is_kept() {
    with_upstream(async |plant, upstream| {
        let body = plant.signs_in(&upstream).await;
        let ctx = plant.with_token(body["token"].as_str().unwrap()).await;
        let seen: Value = plant.data(&ctx, LINKED, json!({})).await;
        let id = seen["linkedIdentities"][0]["id"].clone();
        let refused = plant.refusal(&ctx, UNLINK, json!({ "id": id })).await;
        assert_eq!(
            refused,
            "this is the only way to sign in to this account: please set a password or a passkey first"
        );
        let set = "mutation($e: ID!, $s: String!) { createPassword(entityId: $e, password: $s) }";
        plant.data(&plant.admin(), set, json!({ "e": body["entity_id"], "s": SECRET })).await;
        plant.data(&ctx, UNLINK, json!({ "id": id })).await;
    })
    .await;
}
