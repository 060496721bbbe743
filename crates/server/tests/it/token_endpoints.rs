//! Tokens for other programs: introspection, revocation, exchange.

use std::time::Duration;

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_base::{Moment, Result, Secret};
use atoll_identity::tokens::{
    self, ClientSecret, GRANT_TYPE, Introspected, Issued, Parameters, authenticate_client,
};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::harness::{ADMIN, Plant, on_both};
use crate::sessions::{SECRET, payload};

const TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

fn form(pairs: &[(&str, &str)]) -> Parameters {
    let body = pairs.iter().fold(Serializer::new(String::new()), |mut form, (name, value)| {
        form.append_pair(name, value);
        form
    });
    let mut body = body;
    Parameters::read(body.finish().as_bytes()).unwrap()
}

/// A service, and what it proves itself with.
pub struct Client {
    id: Uuid,
    key: String,
}

impl Plant {
    pub async fn client(&self, name: &str) -> Client {
        let id = self.entity("service", name, None).await;
        let make = "mutation($e: ID!) { made: createSharedKey(entityId: $e, input: {}) { key } }";
        let made = self.data(&self.admin(), make, json!({ "e": id })).await;
        Client { id, key: made["made"]["key"].as_str().unwrap().to_owned() }
    }

    pub async fn as_client(&self, client: &Client) -> Ctx {
        let given = ClientSecret { id: client.id.to_string(), secret: Secret::new(client.key.clone()) };
        authenticate_client(&self.nobody(), &self.app.identity, given).await.unwrap()
    }

    pub async fn introspect(&self, ctx: &Ctx, token: &str) -> Introspected {
        tokens::introspect(ctx, &self.app.identity, token).await.unwrap()
    }

    async fn exchange(&self, ctx: &Ctx, more: &[(&str, &str)]) -> Result<Issued> {
        let mut pairs = vec![("grant_type", GRANT_TYPE), ("subject_token_type", TYPE)];
        pairs.extend(more);
        tokens::exchange(ctx, &self.app.identity, &form(&pairs)).await
    }

    pub async fn no_exchange(&self, ctx: &Ctx, more: &[(&str, &str)]) -> (&'static str, String) {
        let refused = self.exchange(ctx, more).await.unwrap_err();
        (refused.code(), refused.to_string())
    }

    pub async fn session_token_of(&self, name: &str) -> String {
        self.login(name, SECRET).await["token"].as_str().unwrap().to_owned()
    }
}

fn text(issued: &Issued) -> String {
    issued.token.reveal().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_proves_who_it_is_with_a_key_or_a_token() {
    on_both(async |plant| {
        let client = plant.client("bot").await;
        let make = "mutation($e: ID!) { made: createApiKey(entityId: $e, input: {}) { key } }";
        let made = plant.data(&plant.admin(), make, json!({ "e": client.id })).await;
        let token = made["made"]["key"].as_str().unwrap();
        let try_as = async |id: &str, secret: &str| {
            let given = ClientSecret { id: id.to_owned(), secret: Secret::new(secret.to_owned()) };
            let ctx = authenticate_client(&plant.nobody(), &plant.app.identity, given).await;
            ctx.map(|ctx| ctx.caller().entity_id()).map_err(|error| error.to_string())
        };
        let id = client.id.to_string();
        assert_eq!(try_as(&id, &client.key).await, Ok(Some(client.id)));
        assert_eq!(try_as(&id, token).await, Ok(Some(client.id)));
        let alias = "mutation($id: ID!) { updateEntity(id: $id, input: { alias: \"robot\" }) { id } }";
        plant.data(&plant.admin(), alias, json!({ "id": client.id })).await;
        assert_eq!(try_as("robot", &client.key).await, Ok(Some(client.id)));
        let failed = Err("client authentication failed".to_owned());
        assert_eq!(try_as("nobody", &client.key).await, failed);
        assert_eq!(try_as(&ADMIN.to_string(), token).await, failed, "another's token");
        plant.pass(Duration::from_secs(1)).await;
        for _ in 0..5 {
            assert_eq!(try_as(&id, "wrong").await, failed);
        }
        assert_eq!(try_as(&id, &client.key).await, Err("too many failed login attempts".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_check_learns_whose_a_token_is_and_others_nothing() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("one").await, plant.tenant("two").await);
        let anna = plant.person("anna", Some(tenant)).await;
        let token = plant.session_token_of("anna").await;
        let checker = plant.person_who_may("checker", tenant, &["authz.check"]).await;
        let stranger = plant.person_who_may("stranger", other, &["authz.check"]).await;
        let told = plant.introspect(&checker, &token).await;
        assert!(told.active);
        assert_eq!(
            (told.sub, told.tenant_id, told.username.as_deref()),
            (Some(anna), Some(tenant), Some("anna"))
        );
        assert_eq!(told.exp, Some(1_800_003_600));
        assert_eq!((told.scope, told.act), (None, None));
        let nothing = Introspected::default();
        assert_eq!(serde_json::to_value(&nothing).unwrap(), json!({ "active": false }));
        assert_eq!(plant.introspect(&stranger, &token).await, nothing, "a foreign token");
        for unknown in ["", "rubbish", "atom_x", &"x".repeat(30_000)] {
            assert_eq!(plant.introspect(&checker, unknown).await, nothing, "{unknown:.20}");
        }
        let own = plant.caller(anna, Some(tenant));
        assert!(plant.introspect(&own, &token).await.active, "one's own");
        let (_, scoped) =
            plant.scoped(anna, json!([{ "actions": ["write", "read"], "scopeMode": "platform" }])).await;
        let told = plant.introspect(&checker, &scoped).await;
        assert_eq!((told.active, told.scope.as_deref()), (true, Some("read write")));
        let ctx = plant.with_token(&token).await;
        plant.data(&ctx, "mutation { logout }", json!({})).await;
        assert_eq!(plant.introspect(&checker, &token).await, nothing, "one that ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_revoked_by_those_they_belong_to() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let token = plant.session_token_of("anna").await;
        let identity = &plant.app.identity;
        let stranger = plant.as_client(&plant.client("bot").await).await;
        let refused = tokens::revoke(&stranger, identity, &token).await.unwrap_err();
        assert_eq!(refused.code(), "unauthorized_client");
        assert!(plant.recognise(&token).await.is_ok());
        tokens::revoke(&plant.with_token(&token).await, identity, &token).await.unwrap();
        assert_eq!(plant.recognise(&token).await.unwrap_err(), "session revoked");
        tokens::revoke(&stranger, identity, &token).await.unwrap();
        tokens::revoke(&stranger, identity, "rubbish").await.unwrap();
        let make = "mutation($e: ID!) { made: createApiKey(entityId: $e, input: {}) { key } }";
        let made = plant.data(&plant.admin(), make, json!({ "e": anna })).await;
        let key = made["made"]["key"].as_str().unwrap();
        tokens::revoke(&plant.with_token(key).await, identity, key).await.unwrap();
        assert_eq!(plant.recognise(key).await.unwrap_err(), "api key revoked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchanged_token_says_who_acts_and_may_be_used_for_less() {
    on_both(async |plant| {
        let anna = plant.person("anna", None).await;
        let give = "mutation($s: ID!, $r: ID!) { createRoleAssignment(input: { subjectKind: entity, subjectId: $s, roleId: $r }) { id } }";
        let roles = plant.data(&plant.admin(), "{ roles { items { id name } } }", json!({})).await;
        let admin = roles["roles"]["items"].as_array().unwrap().iter().find(|role| role["name"] == "admin");
        let admin = admin.unwrap_or(&roles["roles"]["items"][0])["id"].clone();
        plant.data(&plant.admin(), give, json!({ "s": anna, "r": admin })).await;
        let token = plant.session_token_of("anna").await;
        let (bot, sub) = (plant.client("bot").await, plant.client("sub").await);
        let as_bot = plant.as_client(&bot).await;
        let first = plant.exchange(&as_bot, &[("subject_token", &token), ("scope", "read manage")]).await.unwrap();
        assert_eq!((first.scope.as_str(), first.expires_in), ("manage read", 3600));
        let who = plant.recognise(&text(&first)).await.unwrap();
        assert_eq!((who.entity, &who.actors), (anna, &vec![bot.id]));
        assert!(who.ceiling.is_some());
        let as_sub = plant.as_client(&sub).await;
        let given = text(&first);
        let second = plant.exchange(&as_sub, &[("subject_token", &given), ("scope", "read delete")]).await.unwrap();
        assert_eq!(second.scope, "read", "never more than what was exchanged");
        let told = plant.introspect(&plant.admin(), &text(&second)).await;
        assert_eq!(told.act, Some(json!({ "sub": sub.id, "act": { "sub": bot.id } })));
        let refused = plant.no_exchange(&as_sub, &[("subject_token", &given), ("scope", "delete")]).await;
        assert_eq!(refused.0, "invalid_scope");
        // What is done with it is remembered with the chain.
        let ctx = plant.with_token(&given).await;
        let make = "mutation { made: createEntity(input: { kind: device, name: \"made-by-bot\" }) { id } }";
        let made = plant.answer(&ctx, make, json!({})).await;
        assert!(made.get("errors").is_none(), "{made}");
        let act = act_of(&plant, "entity.create", anna).await;
        assert_eq!(act, json!({ "sub": bot.id }));
        let unscoped = "mutation { createPassword(entityId: \"ID\", password: \"correct horse battery\") }";
        let own = unscoped.replace("ID", &anna.to_string());
        assert_eq!(plant.refusal(&ctx, &own, json!({})).await, "forbidden");
        let refresh = "mutation { refreshSession { token } }";
        assert_eq!(plant.refusal(&ctx, refresh, json!({})).await, "session is not refreshable");
        let third = plant.exchange(&as_bot, &[("subject_token", &token), ("scope", "read")]).await.unwrap();
        plant.data(&plant.with_token(&text(&third)).await, "mutation { logout }", json!({})).await;
        assert_eq!(plant.recognise(&text(&third)).await.unwrap_err(), "session revoked", "it ends itself");
        assert!(plant.recognise(&token).await.is_ok(), "and nothing else");
        // Everything ends with what it was exchanged from.
        let original = plant.with_token(&token).await;
        plant.data(&original, "mutation { logout }", json!({})).await;
        for token in [&first, &second] {
            assert_eq!(plant.recognise(&text(token)).await.unwrap_err(), "session revoked");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_proves_nothing_anew() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let token = plant.session_token_of("anna").await;
        let as_bot = plant.as_client(&plant.client("bot").await).await;
        let before = plant.recognise(&token).await.unwrap();
        plant.pass(Duration::from_secs(100)).await;
        let issued = plant.exchange(&as_bot, &[("subject_token", &token), ("scope", "read")]).await.unwrap();
        let since = async |issued: &Issued| plant.recognise(&text(issued)).await.unwrap().since;
        assert!(before.since.is_some());
        assert_eq!(since(&issued).await, before.since);
        assert_eq!(payload(&text(&issued))["auth_time"], payload(&token)["auth_time"]);
        let raise = "mutation($p: String) { stepUp(password: $p) { token } }";
        let ctx = plant.with_token(&text(&issued)).await;
        let refusal = plant.refusal(&ctx, raise, json!({ "p": SECRET })).await;
        assert_eq!(refusal, "session is not refreshable");
        assert_eq!(since(&issued).await, before.since);
        // Whoever comes with an access token never proved themselves.
        let (_, scoped) =
            plant.scoped(ADMIN, json!([{ "actions": ["read"], "scopeMode": "platform" }])).await;
        let issued = plant.exchange(&as_bot, &[("subject_token", &scoped), ("scope", "read")]).await.unwrap();
        assert_eq!(since(&issued).await, Some(Moment(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_client_exchanges_its_subject_has_not_signed_in() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let token = plant.session_token_of("anna").await;
        let bot = plant.client("bot").await;
        let origin = Origin { address: Some("198.51.100.7".parse().unwrap()), ..Origin::default() };
        let there = Ctx::new(plant.ground().clone(), Caller::Nobody, origin);
        let given = ClientSecret { id: bot.id.to_string(), secret: Secret::new(bot.key.clone()) };
        let as_bot = authenticate_client(&there, &plant.app.identity, given).await.unwrap();
        plant.exchange(&as_bot, &[("subject_token", &token), ("scope", "read")]).await.unwrap();
        for _ in 0..5 {
            assert_eq!(plant.no_login("anna", "wrong", json!({})).await, "invalid credentials");
        }
        let login = "mutation($i: LoginInput!) { login(input: $i) { token } }";
        let input = json!({ "i": { "identifier": "anna", "secret": SECRET } });
        assert_eq!(plant.refusal(&there, login, input).await, "too many failed login attempts");
    })
    .await;
}

/// The chain in the newest row of the audit log about this by this entity.
async fn act_of(plant: &Plant, event: &str, actor: Uuid) -> Value {
    let query = "query($e: String!) { auditLogs(event: $e) { items { actorEntityId act } } }";
    let logs = plant.data(&plant.admin(), query, json!({ "e": event })).await;
    let rows = logs["auditLogs"]["items"].as_array().unwrap();
    rows.iter().find(|row| row["actorEntityId"] == json!(actor)).expect("a row")["act"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_never_gives_more_than_both_tokens_have() {
    on_both(async |plant| {
        let bot = plant.client("bot").await;
        let as_bot = plant.as_client(&bot).await;
        let tenant = plant.tenant("one").await;
        let read = json!([{ "actions": ["read", "write"], "scopeMode": "tenant", "tenantId": tenant }]);
        let (subject_id, subject) = plant.scoped(ADMIN, read).await;
        let publish = json!([{ "actions": ["publish", "write"], "scopeMode": "platform" }]);
        let (_, actor) = plant.scoped(bot.id, publish).await;
        let with_actor = [("subject_token", subject.as_str()), ("actor_token", &actor), ("actor_token_type", TYPE)];
        let issued = plant.exchange(&as_bot, &with_actor).await.unwrap();
        assert_eq!(issued.scope, "write", "what both may");
        let narrow = json!([{ "actions": ["read"], "scopeMode": "platform" }]);
        let replace = "mutation($id: ID!, $p: [AccessTokenPermissionInput!]!) { replaceAccessTokenPermissions(credentialId: $id, permissions: $p) }";
        plant.data(&plant.admin(), replace, json!({ "id": subject_id, "p": narrow })).await;
        let who = plant.recognise(&text(&issued)).await.unwrap();
        assert!(who.ceiling.as_ref().unwrap().entries.is_empty(), "less as soon as the token may less");
        let (_, other) = plant.scoped(ADMIN, json!([{ "actions": ["read"], "scopeMode": "platform" }])).await;
        let foreign = [("subject_token", subject.as_str()), ("actor_token", &other), ("actor_token_type", TYPE)];
        assert_eq!(plant.no_exchange(&as_bot, &foreign).await.0, "unauthorized_client");
        let revoke = "mutation($id: ID!) { revokeAccessToken(credentialId: $id) }";
        plant.data(&plant.admin(), revoke, json!({ "id": subject_id })).await;
        assert!(plant.recognise(&text(&issued)).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_that_makes_no_sense_is_refused() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let token = plant.session_token_of("anna").await;
        let bot = plant.client("bot").await;
        let as_bot = plant.as_client(&bot).await;
        let subject = ("subject_token", token.as_str());
        let refused = async |more: &[(&str, &str)]| plant.no_exchange(&as_bot, more).await;
        assert_eq!(refused(&[subject]).await.0, "invalid_scope", "never for everything");
        assert_eq!(refused(&[subject, ("scope", "fly")]).await.0, "invalid_scope");
        assert_eq!(
            refused(&[subject, ("scope", "read"), ("audience", "elsewhere")]).await.0,
            "invalid_target"
        );
        assert_eq!(refused(&[("scope", "read")]).await.1, "subject_token is required");
        let long = "x".repeat(4097);
        let too_long = refused(&[("subject_token", &long), ("scope", "read")]).await;
        assert_eq!(too_long, ("invalid_request", "subject_token is longer than 4096 bytes".to_owned()));
        let long_actor = [subject, ("scope", "read"), ("actor_token", &long), ("actor_token_type", TYPE)];
        assert_eq!(refused(&long_actor).await.0, "invalid_request", "refused, not left out");
        let malformed = refused(&[("subject_token", "a.b.c"), ("scope", "read")]).await;
        assert_eq!(
            malformed,
            ("invalid_request", "subject_token is not valid: invalid token: InvalidToken".to_owned())
        );
        let typeless = refused(&[subject, ("scope", "read"), ("actor_token", &bot.key)]).await;
        assert_eq!(typeless.1, "actor_token_type is required");
        let other = form(&[("grant_type", "client_credentials")]);
        let refusal = tokens::exchange(&as_bot, &plant.app.identity, &other).await.unwrap_err();
        assert_eq!(refusal.code(), "unsupported_grant_type");
        let ended = plant.exchange(&as_bot, &[subject, ("scope", "read")]).await.unwrap();
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), disable, json!({ "id": bot.id })).await;
        assert_eq!(
            plant.recognise(&text(&ended)).await.unwrap_err(),
            "entity is not active",
            "whoever acts is off"
        );
    })
    .await;
}
