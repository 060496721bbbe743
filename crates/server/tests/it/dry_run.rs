//! Trying a change: everything is judged as it would be, and nothing is changed.

use atoll_base::ctx::Ctx;
use atoll_base::settings::Settings;
use atoll_server::graphql;
use serde_json::{Value, json};

use crate::giving::{POLICY, over_tenant, policy, tables_agree};
use crate::harness::{Plant, on_both, on_both_with};

impl Plant {
    /// What the request would do.
    pub async fn tried(&self, ctx: &Ctx, query: &str, variables: Value) -> Value {
        self.tried_with(ctx, query, variables, json!(true)).await
    }

    /// What the request would do, and what `wish` asks for besides.
    pub async fn tried_with(&self, ctx: &Ctx, query: &str, variables: Value, wish: Value) -> Value {
        let body = json!({ "query": query, "variables": variables, "extensions": { "dryRun": wish } });
        let asked = graphql::read(
            body.to_string().as_bytes(),
            &Settings::for_tests(),
            &graphql::Documents::default(),
        )
        .ok()
        .unwrap();
        serde_json::to_value(graphql::answer(&self.app, ctx.clone(), asked).await).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_changes_are_tried_together_and_none_is_made() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let before = plant.ground().decisions().world().unwrap();
        let block = plant.block(over_tenant(tenant, &["execute"])).await;
        let role = "11111111-1111-4111-8111-111111111111";
        let query = "mutation($t: ID!, $r: ID!, $b: [ID!]!, $a: ID!) {
            createRole(input: { id: $r, name: \"operator\", tenantId: $t }) { id }
            replaceRolePermissionBlocks(roleId: $r, permissionBlockIds: $b)
            createRoleAssignment(input: { tenantId: $t, subjectKind: entity, subjectId: $a, roleId: $r }) { id } }";
        let revisions = plant.ground().decisions().revisions().await;
        let answer =
            plant.tried(&plant.admin(), query, json!({ "t": tenant, "r": role, "b": [block], "a": ann })).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        let gained = answer["extensions"]["dryRun"]["gained"].as_array().unwrap();
        let expected = json!({ "subjectId": ann, "action": "execute", "objectKind": "resource", "objectId": pump });
        assert!(gained.contains(&expected), "{answer}");
        let single = plant.tried(&plant.admin(), POLICY, policy("entity", block, ann, Some(tenant))).await;
        let outcome = &single["extensions"]["dryRun"];
        assert_eq!((&outcome["complete"], &outcome["lost"], &outcome["hidden"]), (&json!(true), &json!([]), &json!(0)));
        let expected = json!({ "subjectId": ann, "action": "execute", "objectKind": "resource", "objectId": pump });
        assert_eq!(outcome["gained"], json!([expected]));
        assert!(!plant.check(ann, "execute", "resource", pump).await.0);
        assert_eq!(revisions, plant.ground().decisions().revisions().await);
        assert_eq!(before.stats().direct_policies, plant.ground().decisions().world().unwrap().stats().direct_policies);
        tables_agree(&plant).await;
        // What would have been refused is refused, and what comes after it is tried all the same.
        let both = "mutation($i: CreateDirectPolicyInput!, $j: CreateDirectPolicyInput!) {
            createDirectPolicy(input: $i) { id } other: createDirectPolicy(input: $j) { id } }";
        let mut wrong = policy("entity", block, ann, Some(tenant))["i"].take();
        wrong["tenantId"] = Value::Null;
        let right = policy("entity", block, ann, Some(tenant))["i"].take();
        let answer = plant.tried(&plant.admin(), both, json!({ "i": wrong, "j": right })).await;
        assert!(answer["errors"][0]["message"].is_string());
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_needs_the_rights_of_the_change_and_shows_only_what_one_may_ask() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let stranger = plant.person_who_may("stranger", other, &["policy.manage"]).await;
        let answer = plant.tried(&stranger, POLICY, policy("entity", block, ann, Some(tenant))).await;
        assert_eq!(answer["errors"][0]["message"], "forbidden");
        assert_eq!(answer["extensions"]["dryRun"]["gained"], json!([]));
        let nobody = plant.tried(&plant.nobody(), POLICY, policy("entity", block, ann, Some(tenant))).await;
        assert_eq!(nobody["errors"][0]["message"], "missing authentication");
    })
    .await;
}

const CHECK: &str = "mutation($i: AuthzCheckInput!) { authzCheck(input: $i) { allowed } }";

/// Every check is recorded.
fn everything() -> Settings {
    Settings { decision_log_sample: 1.0, decision_log_sample_denied: 1.0, ..Settings::for_tests() }
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_questions_are_asked_again_in_the_world_as_it_would_be() {
    on_both_with(everything(), async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let mill = plant.resource(json!({ "kind": "rule", "name": "mill", "tenantId": other })).await;
        for (action, object, context) in [
            ("read", pump, json!({})),
            ("read", pump, json!({})),
            ("write", pump, json!({})),
            ("read", mill, json!({})),
            ("read", pump, json!({ "password": "x" })),
        ] {
            let input = json!({ "i": { "subjectId": ann, "action": action, "resourceId": object, "context": context } });
            plant.data(&plant.admin(), CHECK, input).await;
        }
        plant.write_down().await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let change = policy("entity", block, ann, Some(tenant));
        let wish = json!({ "replay": { "last": 100, "tenantId": tenant } });
        let answer = plant.tried_with(&plant.admin(), POLICY, change.clone(), wish.clone()).await;
        let replayed = &answer["extensions"]["dryRun"]["replayed"];
        assert_eq!((&replayed["asked"], &replayed["skipped"], &replayed["complete"]), (&json!(3), &json!(1), &json!(false)));
        let differing = replayed["differing"].as_array().unwrap();
        assert_eq!(differing.len(), 1, "{answer}");
        let one = &differing[0];
        assert_eq!((&one["subjectId"], &one["objectId"], &one["times"]), (&json!(ann), &json!(pump), &json!(2)));
        assert_eq!((&one["before"], &one["after"]), (&json!(false), &json!(true)));
        assert!(one["why"].as_str().is_some_and(|why| why.contains("ann")), "{one}");
        // Nothing was changed, and nothing is asked again unless that is wished for.
        assert!(!plant.check(ann, "read", "resource", pump).await.0);
        plant.write_down().await;
        let plain = plant.tried(&plant.admin(), POLICY, change.clone()).await;
        assert!(plain["extensions"]["dryRun"].get("replayed").is_none());
        // Whoever may not read what was asked in a tenant does not learn it so.
        let manager = plant.person_who_may("manager", tenant, &["policy.manage", "read"]).await;
        let own = plant.tried_with(&manager, POLICY, change.clone(), json!({ "replay": {} })).await;
        assert_eq!(own["extensions"]["dryRun"]["replayed"]["asked"], 4, "{own}");
        let foreign = json!({ "replay": { "tenantId": other } });
        let answer = plant.tried_with(&manager, POLICY, change, foreign).await;
        assert_eq!(answer["errors"][0]["message"], "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guardrails_that_speak_are_named() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["delete", "write"])).await;
        let answer = plant.tried(&plant.admin(), POLICY, policy("entity", block, meter, Some(tenant))).await;
        assert_eq!(answer["errors"][0]["message"], "guardrail rejected device receiving write on resource");
        let spoken = &answer["extensions"]["dryRun"]["guardrails"];
        assert_eq!(spoken.as_array().map(Vec::len), Some(1), "{answer}");
        let told = ["decision", "entityKind", "actionName", "objectKind", "recipientId"]
            .map(|name| &spoken[0][name]);
        let expected = [json!("deny"), json!("device"), json!("write"), json!("resource"), json!(meter)];
        assert_eq!(told, expected.each_ref());
        assert!(spoken[0]["ruleId"].is_string());
        let fine = plant.entity("human", "ann", Some(tenant)).await;
        let answer = plant.tried(&plant.admin(), POLICY, policy("entity", block, fine, Some(tenant))).await;
        assert_eq!(answer["extensions"]["dryRun"]["guardrails"], json!([]));
    })
    .await;
}
