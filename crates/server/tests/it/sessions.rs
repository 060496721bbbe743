//! Signing in, staying signed in, signing out.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Caller, Ctx, SignedIn};
use atoll_base::db::Engine;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both};

/// Long enough for a person.
pub const SECRET: &str = "correct horse battery";

const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) { token entityId sessionId expiresAt emailVerified verificationRequired } }";

impl Plant {
    /// A new person with the password [`SECRET`].
    pub async fn person(&self, name: &str, tenant: Option<Uuid>) -> Uuid {
        let person = self.entity("human", name, tenant).await;
        self.give_password(person, SECRET).await;
        person
    }

    pub async fn give_password(&self, entity: Uuid, password: &str) {
        let change =
            "mutation($id: ID!, $password: String!) { createPassword(entityId: $id, password: $password) }";
        self.data(&self.admin(), change, json!({ "id": entity, "password": password })).await;
    }

    /// Signs in; the answer to `login`.
    pub async fn login(&self, identifier: &str, secret: &str) -> Value {
        let input = json!({ "input": { "identifier": identifier, "secret": secret } });
        self.data(&self.nobody(), LOGIN, input).await["login"].take()
    }

    /// Tries to sign in, with anything else in the input; the refusal.
    pub async fn no_login(&self, identifier: &str, secret: &str, more: Value) -> String {
        let mut input = json!({ "identifier": identifier, "secret": secret });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.refusal(&self.nobody(), LOGIN, json!({ "input": input })).await
    }

    /// Who a token belongs to, or why it is refused.
    pub async fn recognise(&self, token: &str) -> Result<Arc<SignedIn>, String> {
        let ctx = self.nobody();
        self.app.identity.authenticate(&ctx, token).await.map_err(|error| error.to_string())
    }

    /// A request that came with this token.
    pub async fn with_token(&self, token: &str) -> Ctx {
        self.nobody().as_caller(Caller::Entity(self.recognise(token).await.expect("a good token")))
    }

    /// Lets time pass, and the store be confirmed at its end.
    pub async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.ground().decisions().catch_up().await.expect("the store answers");
    }
}

fn token(login: &Value) -> String {
    login["token"].as_str().expect("a token").to_owned()
}

/// What a session token says.
pub fn payload(token: &str) -> Value {
    use base64::Engine as _;
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proves_who_they_are_gets_a_session_and_its_token() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.person("anna", Some(tenant)).await;
        let login = plant.login("anna", SECRET).await;
        assert_eq!(login["entityId"], json!(anna));
        assert_eq!(login["expiresAt"], json!("2027-01-15T09:00:00+00:00"));
        assert_eq!(login["emailVerified"], Value::Null);
        assert_eq!(login["verificationRequired"], json!(false));
        let claims = payload(&token(&login));
        let settings = plant.ground().settings();
        let expected = json!({ "iss": settings.issuer(), "aud": settings.jwt_audience, "sub": anna,
            "sid": login["sessionId"], "tid": tenant, "exp": 1_800_003_600, "iat": 1_800_000_000,
            "auth_time": 1_800_000_000, "amr": ["pwd"] });
        assert_eq!(claims, expected);
        let who = plant.recognise(&token(&login)).await.unwrap();
        assert_eq!((who.entity, who.tenant), (anna, Some(tenant)));
        assert_eq!(json!(who.session), login["sessionId"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_found_by_any_of_its_names() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let other = plant.tenant("plant-b").await;
        let make = "mutation($input: CreateEntityInput!) { made: createEntity(input: $input) { id } }";
        let input = json!({ "kind": "human", "name": "anna", "alias": "ann", "tenantId": tenant,
            "attributes": { "email": "anna@example.com" } });
        let anna = plant.made(&plant.admin(), make, json!({ "input": input })).await;
        plant.give_password(anna, SECRET).await;
        for identifier in ["anna", " anna ", "anna@example.com", &anna.to_string()] {
            assert_eq!(plant.login(identifier, SECRET).await["entityId"], json!(anna), "{identifier}");
        }
        let ok = async |more: Value| {
            let mut input = json!({ "identifier": "ann", "secret": SECRET });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            plant.answer(&plant.nobody(), LOGIN, json!({ "input": input })).await
        };
        let alias = "mutation($id: ID!) { updateTenant(id: $id, input: { alias: \"a\" }) { id } }";
        plant.data(&plant.admin(), alias, json!({ "id": tenant })).await;
        assert_eq!(ok(json!({ "tenantId": tenant })).await["data"]["login"]["entityId"], json!(anna));
        assert_eq!(ok(json!({ "tenantAlias": " A " })).await["data"]["login"]["entityId"], json!(anna));
        let invalid = "invalid credentials";
        assert_eq!(plant.no_login("ann", SECRET, json!({})).await, invalid, "an alias needs its tenant");
        assert_eq!(plant.no_login("anna", SECRET, json!({ "tenantId": other })).await, invalid);
        assert_eq!(plant.no_login(&anna.to_string(), SECRET, json!({ "tenantId": other })).await, invalid);
        assert_eq!(plant.no_login("anna", SECRET, json!({ "tenantAlias": "nowhere" })).await, invalid);
        let both = json!({ "tenantId": tenant, "tenantAlias": "a" });
        assert_eq!(
            plant.no_login("anna", SECRET, both).await,
            "provide either tenant_id or tenant_alias, not both"
        );
        plant.person("anna", Some(other)).await;
        assert_eq!(
            plant.no_login("anna", SECRET, json!({})).await,
            "tenant_id or tenant_alias required for this identifier"
        );
        assert_eq!(
            plant.no_login("anna", SECRET, json!({ "kind": "pin" })).await,
            "unsupported credential kind: pin"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_what_is_wrong_with_an_account() {
    on_both(async |plant| {
        let (anna, boris) = (plant.person("anna", None).await, plant.person("boris", None).await);
        plant.entity("human", "carla", None).await;
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), disable, json!({ "id": anna })).await;
        let delete = "mutation($id: ID!) { deleteEntity(id: $id) }";
        plant.data(&plant.admin(), delete, json!({ "id": boris })).await;
        for name in ["anna", "boris", "carla", "nobody"] {
            assert_eq!(plant.no_login(name, SECRET, json!({})).await, "invalid credentials", "{name}");
        }
        plant.person("dora", None).await;
        assert_eq!(plant.no_login("dora", "wrong", json!({})).await, "invalid credentials");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_counted_per_account_by_whatever_name() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let (id, throttled) = (anna.to_string(), "too many failed login attempts");
        for name in ["anna", &id, " anna", "anna"] {
            assert_eq!(plant.no_login(name, "wrong", json!({})).await, "invalid credentials");
        }
        plant.pass(Duration::from_secs(1)).await;
        plant.login("anna", SECRET).await;
        plant.pass(Duration::from_secs(1)).await;
        for name in ["anna", &id, "anna", &id, "anna"] {
            let refusal = plant.no_login(name, "wrong", json!({})).await;
            assert_eq!(refusal, "invalid credentials", "a success forgets what was before");
        }
        for name in ["anna", &id] {
            assert_eq!(plant.no_login(name, SECRET, json!({})).await, throttled);
        }
        plant.person("boris", None).await;
        plant.login("boris", SECRET).await;
        plant.pass(Duration::from_secs(600)).await;
        assert_eq!(plant.no_login("anna", "wrong", json!({})).await, throttled);
        plant.pass(Duration::from_secs(301)).await;
        plant.login("anna", SECRET).await;
        for _ in 0..5 {
            assert_eq!(plant.no_login("nobody", "x", json!({})).await, "invalid credentials");
        }
        assert_eq!(plant.no_login("Nobody ", "x", json!({})).await, throttled, "as for somebody");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_made_at_once_are_counted_too() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let guesses = (0..20).map(|_| plant.no_login("anna", "wrong", json!({})));
        let refusals = futures::future::join_all(guesses).await;
        let looked_at = refusals.iter().filter(|text| text.as_str() == "invalid credentials").count();
        assert_eq!(looked_at, 5, "{refusals:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_told_to() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let (one, two) =
            (token(&plant.login("anna", SECRET).await), token(&plant.login("anna", SECRET).await));
        let ctx = plant.with_token(&one).await;
        plant.data(&ctx, "mutation { logout }", json!({})).await;
        assert_eq!(plant.recognise(&one).await.unwrap_err(), "session revoked");
        assert!(plant.recognise(&two).await.is_ok(), "only this one");
        plant.pass(Duration::from_secs(3600)).await;
        assert_eq!(plant.recognise(&two).await.unwrap_err(), "session expired");
        plant.pass(Duration::from_secs(60)).await;
        assert_eq!(plant.recognise(&two).await.unwrap_err(), "invalid token: ExpiredSignature");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_session_lasts_anew() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let login = plant.login("anna", SECRET).await;
        plant.pass(Duration::from_secs(3000)).await;
        let ctx = plant.with_token(&token(&login)).await;
        let refresh = "mutation { refreshSession { token sessionId expiresAt emailVerified } }";
        let fresh = plant.data(&ctx, refresh, json!({})).await["refreshSession"].take();
        assert_eq!(fresh["sessionId"], login["sessionId"]);
        assert_eq!(fresh["expiresAt"], json!("2027-01-15T09:50:00+00:00"));
        plant.pass(Duration::from_secs(700)).await;
        assert!(plant.recognise(&token(&login)).await.is_err(), "a token keeps its own end");
        let ctx = plant.with_token(&token(&fresh)).await;
        plant.data(&ctx, "mutation { logout }", json!({})).await;
        assert_eq!(plant.refusal(&ctx, refresh, json!({})).await, "session is not refreshable");
        let tokenless = plant.caller(anna, None);
        assert_eq!(
            plant.refusal(&tokenless, refresh, json!({})).await,
            "session refresh requires a session token"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_shown_to_its_owner_and_to_whoever_may_read_that() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let boris = plant.person("boris", None).await;
        let login = plant.login("anna", SECRET).await;
        let (query, id) =
            ("query($id: ID!) { session(id: $id) { id entityId revokedAt } }", &login["sessionId"]);
        for ctx in [plant.with_token(&token(&login)).await, plant.admin()] {
            let shown = plant.data(&ctx, query, json!({ "id": id })).await;
            assert_eq!(shown["session"]["entityId"], login["entityId"]);
        }
        let stranger = plant.caller(boris, None);
        assert_eq!(plant.refusal(&stranger, query, json!({ "id": id })).await, "forbidden");
        let none = Uuid::from_u128(9);
        assert_eq!(plant.refusal(&stranger, query, json!({ "id": none })).await, "forbidden");
        let refusal = plant.refusal(&plant.admin(), query, json!({ "id": none })).await;
        assert_eq!(refusal, format!("session {none} not found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_for_the_entity_or_its_tenant_counts_at_once() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let anna = plant.person("anna", Some(tenant)).await;
        let one = token(&plant.login("anna", SECRET).await);
        let admin = plant.admin();
        let change = async |what: &str, id: Uuid| {
            let mutation = format!("mutation($id: ID!) {{ {what}(id: $id) {{ id }} }}");
            plant.data(&admin, &mutation, json!({ "id": id })).await;
        };
        assert!(plant.recognise(&one).await.is_ok());
        change("disableEntity", anna).await;
        assert_eq!(plant.recognise(&one).await.unwrap_err(), "entity is not active");
        change("enableEntity", anna).await;
        assert!(plant.recognise(&one).await.is_ok());
        change("freezeTenant", tenant).await;
        assert_eq!(plant.recognise(&one).await.unwrap_err(), "tenant is not active");
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "tenant is not active");
        assert_eq!(plant.no_login("anna", "wrong", json!({})).await, "invalid credentials");
        change("enableTenant", tenant).await;
        assert!(plant.recognise(&one).await.is_ok());
        let move_to =
            "mutation($id: ID!, $to: ID!) { updateEntity(id: $id, input: { tenantId: $to }) { id } }";
        plant.data(&admin, move_to, json!({ "id": anna, "to": other })).await;
        assert_eq!(plant.recognise(&one).await.unwrap_err(), "session revoked");
        let two = token(&plant.login("anna", SECRET).await);
        assert_eq!(plant.recognise(&two).await.unwrap().tenant, Some(other));
        plant.data(&admin, "mutation($id: ID!) { deleteTenant(id: $id) }", json!({ "id": other })).await;
        assert!(plant.recognise(&two).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_refuses_what_this_one_ended() {
    on_both(async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        let other = plant.another().await;
        plant.person("anna", None).await;
        let one = token(&plant.login("anna", SECRET).await);
        other.ground().decisions().catch_up().await.unwrap();
        assert!(other.recognise(&one).await.is_ok());
        let ctx = plant.with_token(&one).await;
        plant.data(&ctx, "mutation { logout }", json!({})).await;
        other.ground().decisions().catch_up().await.unwrap();
        assert_eq!(other.recognise(&one).await.unwrap_err(), "session revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_are_refused() {
    use base64::Engine as _;
    let base64 = |value: &Value| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    on_both(async |plant| {
        plant.person("anna", None).await;
        let good = token(&plant.login("anna", SECRET).await);
        let parts: Vec<&str> = good.split('.').collect();
        let kid = plant.app.identity.keys().jwks().keys[0].kid.clone();
        let with_header = |header: Value| format!("{}.{}.{}", base64(&header), parts[1], parts[2]);
        let claims = payload(&good);
        let with_claims = |name: &str, value: Value| {
            let mut claims = claims.clone();
            claims[name] = value;
            format!("{}.{}.{}", parts[0], base64(&claims), parts[2])
        };
        let cases = [
            ("rubbish".to_owned(), "invalid token: InvalidToken"),
            (format!("{}.{}.", parts[0], parts[1]), "invalid token: InvalidSignature"),
            (with_header(json!({ "alg": "none", "kid": kid })), "invalid token: InvalidToken"),
            (with_header(json!({ "alg": "HS256", "kid": kid })), "invalid token: InvalidAlgorithm"),
            (with_header(json!({ "alg": "ES384", "kid": kid })), "invalid token: InvalidAlgorithm"),
            (with_header(json!({ "alg": "ES256" })), "token missing kid claim"),
            (
                with_header(json!({ "alg": "ES256", "kid": "other" })),
                "token signed with unknown or retired key",
            ),
            (with_claims("sub", json!(Uuid::from_u128(1))), "invalid token: InvalidSignature"),
            (with_claims("exp", json!(9_999_999_999_i64)), "invalid token: InvalidSignature"),
        ];
        for (token, why) in cases {
            assert_eq!(plant.recognise(&token).await.unwrap_err(), why, "{token}");
        }
        assert!(plant.recognise(&good).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_forgotten_after_a_while() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        plant.no_login("anna", "wrong", json!({})).await;
        let login = plant.login("anna", SECRET).await;
        plant.pass(Duration::from_secs(600)).await;
        assert_eq!(plant.forget().await, 0);
        plant.pass(Duration::from_secs(3000)).await;
        assert_eq!(plant.forget().await, 2, "the failure and the success after it");
        plant.pass(Duration::from_secs(30 * 86_400)).await;
        let query = "query($id: ID!) { session(id: $id) { id } }";
        plant.data(&plant.admin(), query, json!({ "id": login["sessionId"] })).await;
        plant.pass(Duration::from_secs(3600)).await;
        assert_eq!(plant.forget().await, 1);
    })
    .await;
}
