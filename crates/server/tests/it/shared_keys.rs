//! Shared keys: made, brought, shown again, signed in with.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both};

const CREATE: &str = "mutation($e: ID!, $input: CreateSharedKeyInput!) { made: createSharedKey(entityId: $e, input: $input) { credentialId key expiresAt } }";
const REVEAL: &str = "mutation($e: ID!, $c: ID!) { revealSharedKey(entityId: $e, credentialId: $c) { credentialId key expiresAt } }";
const REVOKE: &str = "mutation($e: ID!, $c: ID!) { revokeCredential(entityId: $e, credentialId: $c) }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) { token entityId } }";
const VOUCH: &str = "mutation($input: LoginInput!) { authenticateCredential(input: $input) { entityId tenantId credentialId } }";

impl Plant {
    /// A new shared key; its id and its text.
    pub async fn shared_key(&self, entity: Uuid, input: Value) -> (String, String) {
        let made =
            self.data(&self.admin(), CREATE, json!({ "e": entity, "input": input })).await["made"].take();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("credentialId"), text("key"))
    }
}

fn with(identifier: &str, secret: &str) -> Value {
    json!({ "input": { "identifier": identifier, "secret": secret, "kind": "shared_key" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_signs_in_with_any_of_its_shared_keys() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let (first, made) = plant.shared_key(meter, json!({})).await;
        assert!(made.starts_with("atom_shared_") && made.len() == 109, "{made}");
        let brought = "9f0c1e7a-6a2b-4c1d-8e5f-1a2b3c4d5e6f";
        let (_, text) =
            plant.shared_key(meter, json!({ "key": brought, "description": "from the factory" })).await;
        assert_eq!(text, brought);
        for key in [&made, brought] {
            let login = plant.data(&plant.nobody(), LOGIN, with("meter", key)).await["login"].take();
            assert_eq!(login["entityId"], json!(meter));
            let who = plant.recognise(login["token"].as_str().unwrap()).await.unwrap();
            assert_eq!(who.kind.as_str(), "shared_key");
        }
        let wrong = format!("{}0", &made[..made.len() - 1]);
        let wrong = if wrong == made { format!("{}1", &made[..made.len() - 1]) } else { wrong };
        for key in [wrong.as_str(), "", "x"] {
            assert_eq!(
                plant.refusal(&plant.nobody(), LOGIN, with("meter", key)).await,
                "invalid credentials"
            );
        }
        plant.pass(Duration::from_secs(1)).await;
        plant.data(&plant.nobody(), LOGIN, with("meter", brought)).await;
        assert_eq!(
            plant.no_login("meter", brought, json!({})).await,
            "invalid credentials",
            "a shared key is no password"
        );
        let token = plant.data(&plant.nobody(), LOGIN, with("meter", &made)).await["login"]["token"].take();
        plant.data(&plant.admin(), REVOKE, json!({ "e": meter, "c": first })).await;
        assert_eq!(plant.refusal(&plant.nobody(), LOGIN, with("meter", &made)).await, "invalid credentials");
        assert_eq!(plant.recognise(token.as_str().unwrap()).await.unwrap_err(), "session revoked");
        let other = plant.entity("device", "other", Some(tenant)).await;
        plant.shared_key(other, json!({})).await;
        assert_eq!(
            plant.refusal(&plant.nobody(), LOGIN, with("other", brought)).await,
            "invalid credentials"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_key_ends_when_it_says() {
    on_both(async |plant| {
        let meter = plant.entity("device", "meter", None).await;
        let (id, key) = plant.shared_key(meter, json!({ "expiresAt": "2027-01-15T08:01:00Z" })).await;
        plant.data(&plant.nobody(), LOGIN, with("meter", &key)).await;
        plant.pass(Duration::from_secs(60)).await;
        assert_eq!(plant.refusal(&plant.nobody(), LOGIN, with("meter", &key)).await, "invalid credentials");
        let shown = json!({ "e": meter, "c": id });
        assert_eq!(plant.refusal(&plant.admin(), REVEAL, shown).await, "shared key expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_key_is_shown_again_and_that_is_remembered() {
    on_both(async |plant| {
        let meter = plant.entity("device", "meter", None).await;
        let (id, key) = plant.shared_key(meter, json!({})).await;
        let which = json!({ "e": meter, "c": id });
        let shown = plant.data(&plant.admin(), REVEAL, which.clone()).await["revealSharedKey"].take();
        assert_eq!((&shown["credentialId"], &shown["key"]), (&json!(id), &json!(key)));
        let trail = "{ auditLogs(event: \"credential.reveal\") { items { targetKind targetId details } } }";
        let seen = plant.data(&plant.admin(), trail, json!({})).await["auditLogs"]["items"].take();
        assert_eq!(seen[0]["targetId"], json!(meter));
        assert_eq!(seen[0]["details"], json!({ "kind": "shared_key", "credential_id": id }));
        let trail = "{ auditLogs { items { details } } }";
        let all = plant.data(&plant.admin(), trail, json!({})).await.to_string();
        assert!(!all.contains(&key), "the key itself is nowhere in the trail");
        let stranger = plant.caller(plant.entity("human", "h", None).await, None);
        assert_eq!(plant.refusal(&stranger, REVEAL, which.clone()).await, "forbidden");
        let unknown = json!({ "e": meter, "c": Uuid::from_u128(9) });
        assert_eq!(plant.refusal(&plant.admin(), REVEAL, unknown).await, "shared key not found");
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), disable, json!({ "id": meter })).await;
        assert_eq!(plant.refusal(&plant.admin(), REVEAL, which.clone()).await, "entity is not active");
        plant.data(&plant.admin(), REVOKE, which.clone()).await;
        assert_eq!(plant.refusal(&plant.admin(), REVEAL, which).await, "shared key revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_keys_that_cannot_be_are_refused() {
    on_both(async |plant| {
        let person = plant.entity("human", "anna", None).await;
        let refusal = async |entity: Uuid, input: Value| {
            plant.refusal(&plant.admin(), CREATE, json!({ "e": entity, "input": input })).await
        };
        assert_eq!(refusal(person, json!({})).await, "shared keys cannot be created for human entities");
        let meter = plant.entity("device", "meter", None).await;
        for (key, why) in [
            (" ", "shared key cannot be blank"),
            ("secret", "shared key must be at least 16 characters"),
            (
                "aaaaaaaaaaaaaaaaaaaa",
                "shared key is too easy to guess; use a random one, or leave it out to have one made",
            ),
        ] {
            assert_eq!(refusal(meter, json!({ "key": key })).await, why);
        }
        let late = json!({ "expiresAt": "2027-01-15T08:00:00Z" });
        assert_eq!(refusal(meter, late).await, "shared key expiration must be in the future");
        for _ in 0..32 {
            plant.shared_key(meter, json!({})).await;
        }
        let many = "an entity may have at most 32 active shared keys; revoke some first";
        assert_eq!(refusal(meter, json!({})).await, many);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_has_secrets_checked_without_a_session() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let (id, key) = plant.shared_key(meter, json!({})).await;
        let adapter = plant.person_who_may("adapter", tenant, &["authz.check"]).await;
        let input = |tenant: Option<Uuid>, secret: &str, kind: &str| {
            json!({ "input": { "identifier": "meter", "secret": secret, "kind": kind, "tenantId": tenant } })
        };
        let vouched = plant.data(&adapter, VOUCH, input(Some(tenant), &key, "SHARED_KEY")).await;
        let expected = json!({ "entityId": meter, "tenantId": tenant, "credentialId": id });
        assert_eq!(vouched["authenticateCredential"], expected);
        for (tenant, why) in [(None, "forbidden"), (Some(other), "forbidden")] {
            assert_eq!(plant.refusal(&adapter, VOUCH, input(tenant, &key, "shared_key")).await, why);
        }
        let why = "unsupported credential kind: expected password or shared_key";
        assert_eq!(plant.refusal(&adapter, VOUCH, input(Some(tenant), &key, "pin")).await, why);
        plant.pass(Duration::from_secs(1)).await;
        for _ in 0..5 {
            let refusal = plant.refusal(&adapter, VOUCH, input(Some(tenant), "wrong", "shared_key")).await;
            assert_eq!(refusal, "invalid credentials");
        }
        let throttled = "too many failed login attempts";
        assert_eq!(plant.refusal(&adapter, VOUCH, input(Some(tenant), &key, "shared_key")).await, throttled);
        assert_eq!(plant.refusal(&plant.nobody(), LOGIN, with("meter", &key)).await, throttled);
        plant.write_attempts().await;
        let trail = "query($t: ID!) { auditLogs(tenantId: $t, event: \"auth.credential_authenticate\") { total items { outcome details } } }";
        let platform = "{ auditLogs(event: \"auth.credential_authenticate\") { total items { outcome details } } }";
        let seen = plant.data(&plant.admin(), platform, json!({})).await["auditLogs"].take();
        let here = plant.data(&plant.admin(), trail, json!({ "t": tenant })).await["auditLogs"].take();
        let seen = if seen["total"] == 0 { here } else { seen };
        assert_eq!(seen["total"], json!(6), "refusals only, unless an operator wants more");
        assert_eq!(seen["items"][0]["outcome"], json!("deny"));
        assert_eq!(seen["items"][0]["details"]["transport"], json!("graphql"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_checks_and_shows_no_secrets() {
    on_both(async |plant| {
        let meter = plant.entity("device", "meter", None).await;
        let (id, key) = plant.shared_key(meter, json!({})).await;
        let (tried, trial) = plant.admin().try_out().await.unwrap();
        let unchecked = "secrets are not checked by a dry run";
        assert_eq!(plant.refusal(&tried, LOGIN, with("meter", "guess")).await, unchecked);
        assert_eq!(plant.refusal(&tried, VOUCH, with("meter", &key)).await, unchecked);
        let shown = plant.refusal(&tried, REVEAL, json!({ "e": meter, "c": id })).await;
        assert_eq!(shown, "a shared key is not shown by a dry run");
        drop(tried);
        trial.end().await.unwrap();
    })
    .await;
}
