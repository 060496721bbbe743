//! Access tokens and other credentials.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both};
use crate::sessions::SECRET;

const CREATE: &str = "mutation($input: CreateAccessTokenInput!) { made: createAccessToken(input: $input) { credentialId token name description expiresAt } }";
const LIST: &str = "query($id: ID, $status: String) { accessTokens(subjectId: $id, status: $status) { total items { credentialId name identifier status scoped permissions { actions } lastUsedAt } } }";
const REVOKE: &str = "mutation($id: ID!) { revokeAccessToken(credentialId: $id) }";

async fn issue(plant: &Plant, entity: Uuid, more: Value) -> Value {
    let mut input = json!({ "name": "ci", "subjectId": entity, "scoped": false, "permissions": [] });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    plant.data(&plant.admin(), CREATE, json!({ "input": input })).await["made"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_stands_for_its_entity() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "m", Some(tenant)).await;
        let made = issue(&plant, meter, json!({ "description": " for tests " })).await;
        assert_eq!(made["description"], json!("for tests"));
        let (text, id) = (made["token"].as_str().unwrap(), &made["credentialId"]);
        assert_eq!(text.len(), 102);
        let who = plant.recognise(text).await.unwrap();
        assert_eq!((who.entity, who.tenant, who.session), (meter, Some(tenant), None));
        assert_eq!((json!(who.credential), who.ceiling.is_none()), (id.clone(), true));
        let own = plant.with_token(text).await;
        let shown = plant.data(&own, LIST, json!({})).await["accessTokens"]["items"][0].take();
        assert_eq!((&shown["identifier"], &shown["permissions"]), (&json!(text[..13]), &json!([])));
        plant.settle().await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let shown = plant.data(&own, LIST, json!({})).await["accessTokens"]["items"][0].take();
        assert_eq!(shown["lastUsedAt"], json!("2027-01-15T08:00:00+00:00"));
        plant.data(&own, REVOKE, json!({ "id": id })).await;
        assert_eq!(plant.recognise(text).await.unwrap_err(), "api key revoked");
        plant.data(&plant.admin(), REVOKE, json!({ "id": id })).await;
        let revoked = plant.data(&plant.admin(), LIST, json!({ "id": meter, "status": "revoked" })).await;
        assert_eq!(revoked["accessTokens"]["total"], json!(1));
        let active = plant.data(&plant.admin(), LIST, json!({ "id": meter, "status": "active" })).await;
        assert_eq!(active["accessTokens"]["total"], json!(0));
        let refusal = plant.refusal(&plant.admin(), LIST, json!({ "status": "old" })).await;
        assert_eq!(refusal, "invalid status filter: old (expected 'active' or 'revoked')");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_goes_with_its_entity() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let meter = plant.entity("device", "m", Some(tenant)).await;
        let made = issue(&plant, meter, json!({})).await;
        let text = made["token"].as_str().unwrap();
        assert_eq!(plant.recognise(text).await.unwrap().tenant, Some(tenant));
        let move_to =
            "mutation($id: ID!, $to: ID!) { updateEntity(id: $id, input: { tenantId: $to }) { id } }";
        plant.data(&plant.admin(), move_to, json!({ "id": meter, "to": other })).await;
        assert_eq!(plant.recognise(text).await.unwrap().tenant, Some(other));
        plant
            .data(&plant.admin(), "mutation($id: ID!) { deleteTenant(id: $id) }", json!({ "id": other }))
            .await;
        assert_eq!(plant.recognise(text).await.unwrap_err(), "api key revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_when_it_says() {
    on_both(async |plant| {
        let meter = plant.entity("device", "m", None).await;
        let made = issue(&plant, meter, json!({ "expiresAt": "2027-01-15T08:01:00Z" })).await;
        assert_eq!(made["expiresAt"], json!("2027-01-15T08:01:00+00:00"));
        let text = made["token"].as_str().unwrap();
        assert!(plant.recognise(text).await.is_ok());
        plant.pass(Duration::from_secs(60)).await;
        assert_eq!(plant.recognise(text).await.unwrap_err(), "api key expired");
        let late = json!({ "name": "x", "scoped": false, "permissions": [], "expiresAt": "2027-01-15T08:01:00Z" });
        let refusals = [
            (late, "access token expiration must be in the future"),
            (json!({ "name": " ", "scoped": false, "permissions": [] }), "access token name is required"),
            (json!({ "name": "x", "scoped": false, "permissions": [], "expiresAt": "soon" }), "expiresAt must be RFC3339"),
            (json!({ "name": "x", "permissions": [] }), "access token requires at least one permission"),
            (
                json!({ "name": "x", "scoped": false, "permissions": [{ "actions": ["read"], "scopeMode": "platform" }] }),
                "unscoped access token must not carry permissions",
            ),
        ];
        for (input, why) in refusals {
            assert_eq!(plant.refusal(&plant.admin(), CREATE, json!({ "input": input })).await, why);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_are_access_tokens_by_another_name() {
    on_both(async |plant| {
        let meter = plant.entity("device", "m", None).await;
        let make = "mutation($e: ID!, $input: CreateApiKeyInput!) { createApiKey(entityId: $e, input: $input) { credentialId key expiresAt } }";
        let input = json!({ "description": "device-01 production key" });
        let made = plant.data(&plant.admin(), make, json!({ "e": meter, "input": input })).await["createApiKey"].take();
        assert_eq!(made["expiresAt"], Value::Null);
        let key = made["key"].as_str().unwrap();
        assert_eq!(plant.recognise(key).await.unwrap().entity, meter);
        let wrong = format!("{}{}", &key[..101], if key.ends_with('0') { '1' } else { '0' });
        assert_eq!(plant.recognise(&wrong).await.unwrap_err(), "invalid api key");
        let unknown = key.replacen(&key[5..13], "00000000", 1);
        assert_eq!(plant.recognise(&unknown).await.unwrap_err(), "api key not found");
        assert_eq!(plant.recognise("atom_x").await.unwrap_err(), "malformed api key");
        let stranger = plant.caller(plant.entity("device", "n", None).await, None);
        let refusal = plant.refusal(&stranger, make, json!({ "e": meter, "input": {} })).await;
        assert_eq!(refusal, "forbidden");
        assert_eq!(plant.refusal(&stranger, REVOKE, json!({ "id": made["credentialId"] })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_password_takes_its_sessions_with_it() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let login = plant.login("anna", SECRET).await;
        let token = login["token"].as_str().unwrap();
        assert!(plant.recognise(token).await.is_ok());
        let list = "query($e: ID!) { credentials(entityId: $e) { total items { id kind } } }";
        let shown =
            plant.data(&plant.admin(), list, json!({ "e": anna })).await["credentials"]["items"][0].take();
        assert_eq!(shown["kind"], json!("password"));
        let revoke = "mutation($e: ID!, $c: ID!) { revokeCredential(entityId: $e, credentialId: $c) }";
        plant.data(&plant.admin(), revoke, json!({ "e": anna, "c": shown["id"] })).await;
        assert_eq!(plant.recognise(token).await.unwrap_err(), "session revoked");
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "invalid credentials");
        let missing = Uuid::from_u128(9);
        let refusal = plant.refusal(&plant.admin(), revoke, json!({ "e": anna, "c": missing })).await;
        assert_eq!(refusal, "credential not found");
        let boris = plant.entity("human", "boris", None).await;
        let refusal = plant.refusal(&plant.admin(), revoke, json!({ "e": boris, "c": shown["id"] })).await;
        assert_eq!(refusal, "credential not found", "of somebody else");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_soon_is_listed_with_the_first_to_expire_first() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (meter, gauge) =
            (plant.entity("device", "meter", None).await, plant.entity("device", "gauge", None).await);
        let issue = "mutation($e: ID!, $at: String) { made: createApiKey(entityId: $e, input: { expiresAt: $at }) { credentialId } }";
        for (entity, days) in [(meter, Some(40)), (gauge, Some(20)), (meter, Some(10)), (meter, None)] {
            let at = days.map(|days| plant.ground().clock().now().plus(days * Duration::from_secs(86_400)).rfc3339());
            plant.data(&admin, issue, json!({ "e": entity, "at": at })).await;
        }
        let list = "query($d: Int, $e: ID, $k: CredentialKind, $l: Int) {
            found: expiringCredentials(days: $d, entityId: $e, kind: $k, limit: $l) { entityId kind } }";
        let found = async |variables: Value| {
            let found = plant.data(&admin, list, variables).await["found"].take();
            let ids = found.as_array().unwrap().iter().map(|one| one["entityId"].as_str().unwrap().parse().unwrap());
            ids.collect::<Vec<Uuid>>()
        };
        assert_eq!(found(json!({})).await, [meter, gauge]);
        assert_eq!(found(json!({ "d": 60 })).await, [meter, gauge, meter]);
        assert_eq!(found(json!({ "d": 60, "e": gauge })).await, [gauge]);
        assert_eq!(found(json!({ "d": 60, "l": 1 })).await, [meter]);
        assert!(found(json!({ "k": "password" })).await.is_empty());
        assert!(found(json!({ "d": -5 })).await.is_empty());
    })
    .await;
}
