//! What tenants and the house ask of people who sign in, and what conditions ask of sessions.

use std::time::Duration;

use atoll_base::settings::{SecondFactor, Settings};
use serde_json::json;

use crate::authenticator::totp;
use crate::harness::{on_both, on_both_with};
use crate::sessions::SECRET;

const POLICY: &str = "mutation($t: ID!, $i: SignInPolicyInput!) { setTenantSignInPolicy(tenantId: $t, input: $i) { \
    secondFactor graceSecs } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_may_ask_for_a_second_factor_after_a_while() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        plant.person("anna", Some(tenant)).await;
        let meter = plant.entity("service", "meter", Some(tenant)).await;
        plant.give_password(meter, SECRET).await;
        let outsider = plant.caller(meter, Some(tenant));
        let input = json!({ "t": tenant, "i": { "secondFactor": "any", "graceSecs": 3600 } });
        assert_eq!(plant.refusal(&outsider, POLICY, input.clone()).await, "forbidden");
        let set = plant.data(&plant.admin(), POLICY, input).await["setTenantSignInPolicy"].take();
        assert_eq!(set, json!({ "secondFactor": "any", "graceSecs": 3600 }));
        let read = "query($t: ID!) { tenantSignInPolicy(tenantId: $t) { secondFactor } }";
        let read = plant.data(&plant.admin(), read, json!({ "t": tenant })).await;
        assert_eq!(read["tenantSignInPolicy"]["secondFactor"], "any");
        plant.login("anna", SECRET).await;
        plant.pass(Duration::from_secs(3600)).await;
        let overdue = plant.no_login("anna", SECRET, json!({})).await;
        assert_eq!(
            overdue,
            "a second factor is required here and none is set up; please ask an administrator"
        );
        assert_eq!(
            plant.no_login("anna", "wrong", json!({})).await,
            "invalid credentials",
            "told to its owner only"
        );
        plant.login("meter", SECRET).await;
        // More time, an app, and the sign-in asks for it.
        let input = json!({ "t": tenant, "i": { "secondFactor": "any", "graceSecs": 7200 } });
        plant.data(&plant.admin(), POLICY, input).await;
        let raised = plant.session_of("anna").await;
        plant.set_up_app(&raised).await;
        plant.pass(Duration::from_secs(9000)).await;
        let pending = plant.first_step("anna").await;
        assert_eq!(pending["methods"], json!(["totp", "recovery_code"]));
        // A passkey is more than an app.
        let input = json!({ "t": tenant, "i": { "secondFactor": "passkey", "graceSecs": 0 } });
        plant.data(&plant.admin(), POLICY, input).await;
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, overdue);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stricter_of_house_and_home_counts() {
    let grace = Duration::from_secs(60);
    let settings = Settings {
        second_factor: SecondFactor::Any,
        second_factor_grace_secs: grace,
        ..Settings::for_tests()
    };
    on_both_with(settings, async |plant| {
        let tenant = plant.tenant("plant-a").await;
        plant.person("anna", Some(tenant)).await;
        let input = json!({ "t": tenant, "i": { "secondFactor": "none" } });
        plant.data(&plant.admin(), POLICY, input).await;
        plant.login("anna", SECRET).await;
        plant.pass(grace).await;
        let overdue = plant.no_login("anna", SECRET, json!({})).await;
        assert!(overdue.starts_with("a second factor is required here"), "{overdue}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_on_mfa_asks_how_the_session_was_proved() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.person("anna", Some(tenant)).await;
        let admin = plant.admin();
        let resource = "mutation($i: CreateResourceInput!) { made: createResource(input: $i) { id } }";
        let input = json!({ "i": { "kind": "channel", "name": "vault", "tenantId": tenant } });
        let vault = plant.made(&admin, resource, input).await;
        let actions = "{ actions(objectKind: \"resource\", limit: 100) { items { id name } } }";
        let actions = plant.data(&admin, actions, json!({})).await["actions"]["items"].take();
        let read = actions.as_array().unwrap().iter().find(|action| action["name"] == "read").unwrap();
        let block =
            "mutation($i: CreatePermissionBlockInput!) { made: createPermissionBlock(input: $i) { id } }";
        let input = json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": "resource",
            "objectId": vault, "actionIds": [read["id"]], "conditions": { "session.mfa": true } } });
        let block = plant.made(&admin, block, input).await;
        let policy = "mutation($i: CreateDirectPolicyInput!) { made: createDirectPolicy(input: $i) { id } }";
        let input = json!({ "i": { "tenantId": tenant, "subjectKind": "entity", "subjectId": anna,
            "permissionBlockId": block } });
        plant.made(&admin, policy, input).await;
        let find = "query($id: ID!) { resource(id: $id) { name } }";
        let ctx = plant.session_of("anna").await;
        assert_eq!(plant.refusal(&ctx, find, json!({ "id": vault })).await, "forbidden");
        let own = plant.set_up_app(&ctx).await;
        let pending = plant.first_step("anna").await;
        let code = totp(&own.app, plant.seconds());
        let token = plant.second_step(&pending, json!({ "totp": code })).await;
        let ctx = plant.with_token(&token).await;
        assert_eq!(plant.data(&ctx, find, json!({ "id": vault })).await["resource"]["name"], "vault");
    })
    .await;
}
