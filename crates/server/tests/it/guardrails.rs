//! Guardrails through the doors: making, listing and removing them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{POLICY, over_tenant, policy, tables_agree};
use crate::harness::{Plant, on_both};

const MAKE: &str =
    "mutation($i: CreateActionAssignmentRuleInput!) { made: createActionAssignmentRule(input: $i)
    { id tenantId entityKind actionName objectKind objectType decision isAbsolute } }";
const LIST: &str = "query($t: ID, $e: EntityKind, $a: String, $k: String, $o: String,
    $d: ActionAssignmentRuleDecision, $l: Int! = 50) { rules: actionAssignmentRules(tenantId: $t, entityKind: $e,
    actionName: $a, objectKind: $k, objectType: $o, decision: $d, limit: $l)
    { total items { entityKind actionName objectKind objectType decision isAbsolute } } }";

fn no_reading(tenant: Uuid) -> Value {
    json!({ "i": { "tenantId": tenant, "entityKind": "device", "actionName": "read", "objectKind": "resource",
        "objectType": "channel", "decision": "deny" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardrail_holds_for_what_is_given_from_then_on() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        let (early, late) = (
            plant.entity("device", "early", Some(tenant)).await,
            plant.entity("device", "late", Some(tenant)).await,
        );
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        plant.give(block, "entity", early, Some(tenant)).await;
        let made = plant.data(&admin, MAKE, no_reading(tenant)).await["made"].take();
        assert_eq!((&made["objectType"], &made["isAbsolute"]), (&json!("resource:channel"), &json!(false)));
        // Nothing is taken away.
        assert!(plant.check(early, "read", "resource", channel).await.0);
        let text = plant.refusal(&admin, POLICY, policy("entity", block, late, Some(tenant))).await;
        assert_eq!(text, "guardrail rejected device receiving read on resource:channel");
        let delete = "mutation($id: ID!) { deleteActionAssignmentRule(id: $id) }";
        plant.data(&admin, delete, json!({ "id": made["id"] })).await;
        plant.give(block, "entity", late, Some(tenant)).await;
        let text = plant.refusal(&admin, delete, json!({ "id": made["id"] })).await;
        assert_eq!(text, format!("action assignment rule {} not found", made["id"].as_str().unwrap()));
        assert_eq!(
            plant.remembered("action_assignment_rule").await,
            ["action_assignment_rule.create", "action_assignment_rule.delete"]
        );
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardrail_that_makes_no_sense_is_refused() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let with = |changes: Value| {
            let mut input = no_reading(tenant);
            for (name, value) in changes.as_object().unwrap() {
                input["i"][name] = value.clone();
            }
            input
        };
        for (changes, text) in [
            (json!({ "actionName": " " }), "actionName is required"),
            (json!({ "actionName": "fly" }), "actionName references unknown action fly"),
            (json!({ "objectKind": "chair" }), "objectKind must be a valid object kind"),
            (
                json!({ "objectKind": "platform", "objectType": null }),
                "objectKind must be a valid object kind",
            ),
            (json!({ "objectType": "resource:" }), "objectType must be namespaced as object_kind:type"),
            (json!({ "objectType": "entity:device" }), "objectType namespace must match objectKind"),
            (json!({ "decision": "allow" }), "tenant-specific guardrail rules can only deny in v1"),
            (json!({ "isAbsolute": true }), "tenant-specific guardrail rules cannot be absolute"),
            (json!({ "tenantId": Uuid::from_u128(404) }), "forbidden"),
        ] {
            assert_eq!(plant.refusal(&admin, MAKE, with(changes)).await, text);
        }
        for typed in [json!("channel"), json!(null)] {
            let input = with(json!({ "objectType": typed }));
            plant.data(&admin, MAKE, input.clone()).await;
            let answer = plant.answer(&admin, MAKE, input).await;
            assert_eq!(answer["errors"][0]["message"], "action assignment rule already exists");
            assert_eq!(answer["errors"][0]["extensions"]["kind"], "conflict");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guardrails_are_listed_by_whose_they_are_and_what_they_are_about() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.person_who_may("boss", tenant, &["policy.manage"]).await;
        plant.data(&boss, MAKE, no_reading(tenant)).await;
        let own = plant.data(&boss, LIST, json!({ "t": tenant })).await["rules"].take();
        assert_eq!((&own["total"], &own["items"][0]["actionName"]), (&json!(1), &json!("read")));
        assert_eq!(plant.refusal(&boss, LIST, json!({})).await, "forbidden");
        let total =
            async |variables: Value| plant.data(&admin, LIST, variables).await["rules"]["total"].take();
        assert_eq!(total(json!({})).await, 14);
        assert_eq!(total(json!({ "e": "device", "d": "deny" })).await, 3);
        assert_eq!(total(json!({ "e": "human", "a": "manage", "k": "credential" })).await, 1);
        assert_eq!(total(json!({ "t": tenant, "k": "resource", "o": "channel" })).await, 1);
        assert_eq!(total(json!({ "t": tenant, "o": "resource:channel" })).await, 1);
        assert_eq!(total(json!({ "t": tenant, "d": "require_override" })).await, 0);
        let all = plant.data(&admin, LIST, json!({ "l": 2 })).await["rules"].take();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        let order = (&all["items"][0]["actionName"], &all["items"][1]["actionName"]);
        assert_eq!(order, (&json!("delete"), &json!("manage")));
    })
    .await;
}

impl Plant {
    /// What the ledger remembers about things of a noun, in its order.
    pub async fn remembered(&self, noun: &str) -> Vec<String> {
        let conn = self.ground().db().reader();
        let mut rows = Vec::new();
        for head in atoll_base::ledger::heads(conn).await.expect("heads") {
            rows.extend(atoll_base::ledger::rows(conn, head.stream, 0, 10_000).await.expect("rows"));
        }
        rows.sort_by_key(|row| row.at);
        rows.retain(|row| row.target.as_ref().is_some_and(|(kind, _)| kind == noun));
        rows.into_iter().map(|row| row.event).collect()
    }
}
