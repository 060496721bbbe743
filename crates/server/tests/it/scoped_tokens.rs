//! Scoped access tokens: what they may be used for, and how that changes.

use std::time::Duration;

use atoll_base::db::Engine;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{ADMIN, Plant, on_both};

const CREATE: &str = "mutation($input: CreateAccessTokenInput!) { made: createAccessToken(input: $input) { credentialId token } }";
const REPLACE: &str = "mutation($id: ID!, $p: [AccessTokenPermissionInput!]!) { replaceAccessTokenPermissions(credentialId: $id, permissions: $p) }";
const LIST: &str = "{ accessTokens { items { credentialId scoped permissions { actions scopeMode tenantId objectKind objectType objectId conditions } } } }";

impl Plant {
    /// A scoped token of an entity: its id and its text.
    pub async fn scoped(&self, entity: Uuid, permissions: Value) -> (String, String) {
        let input = json!({ "name": "scoped", "subjectId": entity, "permissions": permissions });
        let made = self.data(&self.admin(), CREATE, json!({ "input": input })).await["made"].take();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("credentialId"), text("token"))
    }
}

fn everywhere(actions: &[&str]) -> Value {
    json!([{ "actions": actions, "scopeMode": "platform" }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_token_may_be_used_for_what_it_says_and_no_more() {
    on_both(async |plant| {
        let (one, two) = (plant.tenant("one").await, plant.tenant("two").await);
        let within = json!([{ "actions": ["read", "manage"], "scopeMode": "tenant", "tenantId": one }]);
        let (_, text) = plant.scoped(ADMIN, within).await;
        let token = plant.with_token(&text).await;
        let tenant = "query($id: ID!) { tenant(id: $id) { id } }";
        plant.data(&token, tenant, json!({ "id": one })).await;
        assert_eq!(plant.refusal(&token, tenant, json!({ "id": two })).await, "forbidden");
        let make =
            "mutation($t: ID!) { createEntity(input: { kind: device, name: \"m\", tenantId: $t }) { id } }";
        plant.data(&token, make, json!({ "t": one })).await;
        assert_eq!(plant.refusal(&token, make, json!({ "t": two })).await, "forbidden");
        let seen = plant.data(&token, "{ tenants { total items { id } } }", json!({})).await;
        assert_eq!(seen["tenants"]["items"], json!([{ "id": one }]));
        let trail = "query($t: ID!) { auditLogs(tenantId: $t) { total } }";
        plant.data(&token, trail, json!({ "t": one })).await;
        assert_eq!(plant.refusal(&token, trail, json!({ "t": two })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_token_never_changes_what_its_owner_proves_itself_with() {
    on_both(async |plant| {
        let everything = ["read", "write", "manage", "policy.manage", "role.manage", "revoke", "create"];
        let (id, text) = plant.scoped(ADMIN, everywhere(&everything)).await;
        let token = plant.with_token(&text).await;
        let unscoped = json!({ "input": { "name": "x", "scoped": false, "permissions": [] } });
        assert_eq!(plant.refusal(&token, CREATE, unscoped).await, "forbidden");
        let own = json!({ "input": { "name": "x", "permissions": everywhere(&["read"]) } });
        assert_eq!(plant.refusal(&token, CREATE, own).await, "forbidden");
        let more = json!({ "id": id, "p": everywhere(&["delete"]) });
        assert_eq!(plant.refusal(&token, REPLACE, more).await, "forbidden");
        let password =
            "mutation($e: ID!) { createPassword(entityId: $e, password: \"correct horse battery\") }";
        assert_eq!(plant.refusal(&token, password, json!({ "e": ADMIN })).await, "forbidden");
        let listed = plant.data(&token, LIST, json!({})).await["accessTokens"]["items"].take();
        assert_eq!(listed[0]["permissions"][0]["scopeMode"], json!("platform"), "its own list it may see");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_shown_as_they_were_given() {
    on_both(async |plant| {
        let tenant = plant.tenant("one").await;
        let object = Uuid::from_u128(77);
        let given = json!([
            { "actions": ["write", "read"], "scopeMode": "platform" },
            { "actions": ["read"], "scopeMode": "tenant", "tenantId": tenant },
            { "actions": ["read"], "scopeMode": "object_kind", "objectKind": "entity", "tenantId": tenant },
            { "actions": ["publish"], "scopeMode": "object_type", "objectKind": "resource", "objectType": "resource:channel",
              "conditions": { "context.site": "north" } },
            { "actions": ["read"], "scopeMode": "object", "objectId": object },
        ]);
        let (id, _) = plant.scoped(ADMIN, given.clone()).await;
        let listed = plant.data(&plant.admin(), LIST, json!({})).await["accessTokens"]["items"][0].take();
        assert_eq!((&listed["credentialId"], &listed["scoped"]), (&json!(id), &json!(true)));
        let shown = listed["permissions"].as_array().unwrap();
        assert_eq!(shown.len(), 5);
        assert_eq!(shown[0]["actions"], json!(["read", "write"]), "sorted");
        for (shown, given) in shown.iter().zip(given.as_array().unwrap()).skip(1) {
            for (name, value) in given.as_object().unwrap() {
                assert_eq!(&shown[name], value, "{name}");
            }
        }
        assert_eq!(shown[4]["conditions"], json!({}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_that_make_no_sense_are_refused() {
    on_both(async |plant| {
        let one = |more: Value| {
            let mut one = json!({ "actions": ["read"], "scopeMode": "platform" });
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!([one])
        };
        let many: Vec<Value> = (0..101).map(|_| one(json!({}))[0].clone()).collect();
        let scope = "invalid permission scope for access token";
        for (permissions, why) in [
            (json!([]), "access token requires at least one permission"),
            (json!(many), "access token supports at most 100 permissions"),
            (one(json!({ "actions": [] })), "each permission requires at least one action"),
            (one(json!({ "actions": ["read", "fly"] })), "unknown action: fly"),
            (one(json!({ "scopeMode": "world" })), scope),
            (one(json!({ "scopeMode": "tenant" })), scope),
            (
                one(json!({ "tenantId": ADMIN })),
                "tenant_id is not supported for platform or object scope modes",
            ),
            (
                one(
                    json!({ "scopeMode": "object_type", "objectKind": "entity", "objectType": "resource:x" }),
                ),
                "object_type must be the full namespaced value matching object_kind, e.g. 'entity:device'",
            ),
            (one(json!({ "conditions": 1 })), "conditions must be a JSON object"),
        ] {
            let input = json!({ "input": { "name": "x", "permissions": permissions } });
            assert_eq!(plant.refusal(&plant.admin(), CREATE, input).await, why);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replaced_permissions_count_from_the_next_request_on() {
    on_both(async |plant| {
        let other = match plant.ground().db().engine() {
            Engine::Postgres => Some(plant.another().await),
            Engine::Sqlite => None,
        };
        let (id, text) = plant.scoped(ADMIN, everywhere(&["read", "manage"])).await;
        let (ask, forbidden) = ("{ signingKeys { kid } }", "forbidden");
        let token = plant.with_token(&text).await;
        plant.data(&token, ask, json!({})).await;
        if let Some(other) = &other {
            other.ground().decisions().catch_up().await.unwrap();
            assert!(other.recognise(&text).await.unwrap().ceiling.is_some());
        }
        plant.data(&plant.admin(), REPLACE, json!({ "id": id, "p": everywhere(&["publish"]) })).await;
        let token = plant.with_token(&text).await;
        assert_eq!(plant.refusal(&token, ask, json!({})).await, forbidden);
        if let Some(other) = &other {
            other.ground().decisions().catch_up().await.unwrap();
            let token = other.with_token(&text).await;
            assert_eq!(other.refusal(&token, ask, json!({})).await, forbidden);
            assert_eq!(token.caller().ceiling().unwrap().entries.len(), 1);
        }
        let trail = "{ auditLogs(event: \"credential.update\") { items { targetId details } } }";
        let seen = plant.data(&plant.admin(), trail, json!({})).await["auditLogs"]["items"][0].take();
        assert_eq!((&seen["targetId"], &seen["details"]["delegated"]), (&json!(id), &json!(false)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_scoped_tokens_have_permissions_to_replace() {
    on_both(async |plant| {
        let meter = plant.entity("device", "m", None).await;
        let input =
            json!({ "input": { "name": "x", "scoped": false, "permissions": [], "subjectId": meter } });
        let made = plant.data(&plant.admin(), CREATE, input).await["made"].take();
        let variables = json!({ "id": made["credentialId"], "p": everywhere(&["read"]) });
        assert_eq!(
            plant.refusal(&plant.admin(), REPLACE, variables.clone()).await,
            "cannot set permissions on an unscoped access token"
        );
        let stranger = plant.caller(plant.entity("human", "h", None).await, None);
        assert_eq!(plant.refusal(&stranger, REPLACE, variables).await, "forbidden");
        let none = json!({ "id": Uuid::from_u128(9), "p": everywhere(&["read"]) });
        assert_eq!(plant.refusal(&plant.admin(), REPLACE, none.clone()).await, "access token not found");
        assert_eq!(plant.refusal(&stranger, REPLACE, none).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_gone_or_renamed_is_followed() {
    on_both(async |plant| {
        let make = "mutation { made: createAction(input: { name: \"open\" }) { id } }";
        let action = plant.made(&plant.admin(), make, json!({})).await;
        let (_, text) = plant.scoped(ADMIN, everywhere(&["open"])).await;
        let actions = async || {
            let who = plant.recognise(&text).await.unwrap();
            let entries = &who.ceiling.as_ref().unwrap().entries;
            entries.iter().flat_map(|entry| entry.actions.clone()).collect::<Vec<_>>()
        };
        assert_eq!(actions().await, ["open"]);
        let rename = "mutation($id: ID!) { updateAction(id: $id, input: { name: \"unlock\" }) { id } }";
        plant.data(&plant.admin(), rename, json!({ "id": action })).await;
        assert_eq!(actions().await, ["unlock"]);
        let delete = "mutation($id: ID!) { deleteAction(id: $id) }";
        plant.data(&plant.admin(), delete, json!({ "id": action })).await;
        assert!(actions().await.is_empty(), "what is gone permits nothing");
        plant.pass(Duration::from_secs(1)).await;
        let token = plant.with_token(&text).await;
        assert_eq!(plant.refusal(&token, "{ signingKeys { kid } }", json!({})).await, "forbidden");
    })
    .await;
}
