//! Guardrails hold for every way in which somebody can receive something, and yield only to two people.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_policy::Ceiling;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{ASSIGN, POLICY, REPLACE, action, assignment, over_tenant, policy, tables_agree};
use crate::harness::{Plant, on_both};

const RULE: &str =
    "mutation($i: CreateActionAssignmentRuleInput!) { made: createActionAssignmentRule(input: $i) { id } }";
const ASK: &str = "mutation($i: RequestGuardrailOverrideInput!) { made: requestGuardrailOverride(input: $i) { id status } }";
const APPROVE: &str = "mutation($id: ID!, $l: Int) { done: approveGuardrailOverride(id: $id, lastsSecs: $l) { status decidedBy } }";
const MEMBER: &str = "mutation($g: ID!, $e: ID!) { done: addGroupMember(groupId: $g, entityId: $e) }";
const PARENT: &str = "mutation($a: ID!, $b: ID!) { done: setGroupParent(id: $a, parentId: $b) { id } }";
const DELETE_RULE: &str = "mutation($id: ID!) { done: deleteActionAssignmentRule(id: $id) }";

impl Plant {
    /// A guardrail of a tenant against entities of a kind executing rules; its id.
    async fn guardrail(&self, tenant: Option<Uuid>, kind: &str, decision: &str) -> Uuid {
        let input = json!({ "i": { "tenantId": tenant, "entityKind": kind, "actionName": "execute",
            "objectKind": "resource", "objectType": "rule", "decision": decision } });
        self.made(&self.admin(), RULE, input).await
    }

    async fn exception(
        &self,
        caller: &Ctx,
        tenant: Option<Uuid>,
        rule: Uuid,
        wanted: &str,
        id: Option<Uuid>,
    ) -> Uuid {
        let input = json!({ "i": { "tenantId": tenant, "ruleId": rule, "for": wanted, "recipientId": id,
            "reason": "the night shift" } });
        self.made(caller, ASK, input).await
    }
}

const REJECTED: &str = "guardrail rejected device receiving execute on resource:rule";

#[tokio::test(flavor = "multi_thread")]
async fn a_guardrail_holds_for_every_way_of_receiving() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let of = Some(tenant);
        let device = plant.entity("device", "pump", of).await;
        let wide = plant.block(over_tenant(tenant, &["execute"])).await;
        let shift = plant.group("principal", "shift", of).await;
        let holders = plant.group("principal", "holders", of).await;
        let role = plant.role("operator", of, &[wide]).await;
        let empty = plant.role("empty", of, &[]).await;
        plant.give(wide, "group", holders, of).await;
        plant.data(&admin, MEMBER, json!({ "g": shift, "e": device })).await;
        plant.assign(empty, device, of).await;
        plant.guardrail(of, "device", "deny").await;

        let refused = async |query: &str, variables: Value| {
            assert_eq!(plant.refusal(&admin, query, variables).await, REJECTED, "{query}");
        };
        // A grant, a role, what a role holds, being in a group that holds it, coming under such a group.
        refused(POLICY, policy("entity", wide, device, of)).await;
        refused(POLICY, policy("group", wide, shift, of)).await;
        refused(ASSIGN, assignment("entity", role, device, of)).await;
        refused(ASSIGN, assignment("group", role, shift, of)).await;
        refused(REPLACE, json!({ "r": empty, "b": [wide] })).await;
        refused(MEMBER, json!({ "g": holders, "e": device })).await;
        refused(PARENT, json!({ "a": shift, "b": holders })).await;

        // Through a group that comes into use again.
        let disable = "mutation($id: ID!) { done: disableGroup(id: $id) { id } }";
        let enable = "mutation($id: ID!) { done: enableGroup(id: $id) { id } }";
        plant.data(&admin, disable, json!({ "id": holders })).await;
        plant.data(&admin, PARENT, json!({ "a": shift, "b": holders })).await;
        refused(enable, json!({ "id": holders })).await;

        // Through a role that comes back with what it held.
        let person = plant.entity("human", "ann", of).await;
        plant.assign(role, person, of).await;
        plant.data(&admin, "mutation($id: ID!) { done: deleteRole(id: $id) }", json!({ "id": role })).await;
        plant.data(&admin, "mutation($id: ID!) { done: restoreRole(id: $id) }", json!({ "id": role })).await;

        // By becoming something else.
        let become_device = "mutation($id: ID!) { done: updateEntity(id: $id, input: { kind: device }) { id } }";
        refused(become_device, json!({ "id": person })).await;

        // Because an action is called what a guardrail is about.
        let run = "mutation { made: createAction(input: { name: \"run\" }) { id } }";
        let run = plant.made(&admin, run, json!({})).await;
        let applies = "mutation($a: ID!) { done: addActionApplicability(input: { actionId: $a,
            objectKind: \"resource\", objectType: \"rule\" }) { id } }";
        let block = json!({ "i": { "tenantId": tenant, "scopeMode": "tenant", "actionIds": [run] } });
        let block = plant.block(block).await;
        plant.give(block, "entity", device, of).await;
        plant.data(&admin, applies, json!({ "a": run })).await;
        let input = json!({ "i": { "tenantId": tenant, "entityKind": "device", "actionName": "run",
            "objectKind": "group", "decision": "deny" } });
        plant.made(&admin, RULE, input).await;
        // Or may be asked about what one is about.
        let more = "mutation($a: ID!) { done: addActionApplicability(input: { actionId: $a, objectKind: \"group\" }) { id } }";
        let text = plant.refusal(&admin, more, json!({ "a": run })).await;
        assert_eq!(text, "guardrail rejected device receiving run on group");

        let rule = plant.resource(json!({ "kind": "rule", "tenantId": tenant })).await;
        assert!(!plant.check(device, "execute", "resource", rule).await.0);
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_takes_two_people_and_counts_once() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let of = Some(tenant);
        let ann = plant.person_who_may("ann", tenant, &["policy.manage", "execute"]).await;
        let bob = plant.person_who_may("bob", tenant, &["policy.manage"]).await;
        let device = plant.entity("device", "pump", of).await;
        let other = plant.entity("device", "valve", of).await;
        let wide = plant.block(over_tenant(tenant, &["execute"])).await;
        plant.role("keeps the block", of, &[wide]).await;
        let rule = plant.guardrail(of, "device", "require_override").await;

        // The refusal says what to ask for.
        let refused = plant.answer(&ann, POLICY, policy("entity", wide, device, of)).await;
        assert_eq!(
            refused["errors"][0]["message"],
            "guardrail requires override for device receiving execute"
        );
        let details = &refused["errors"][0]["extensions"]["details"];
        assert_eq!((&details["ruleId"], &details["for"]), (&json!(rule), &json!("entity")));
        assert_eq!(details["recipientId"], json!(device));

        let asked = plant.exception(&ann, of, rule, "entity", Some(device)).await;
        let again = plant.refusal(
            &ann,
            ASK,
            json!({ "i": { "tenantId": tenant, "ruleId": rule, "for": "entity",
            "recipientId": device, "reason": "x" } }),
        );
        assert_eq!(again.await, "this override has been asked for already");
        // Asking is not enough, nor is deciding about one's own.
        let text = plant.refusal(&ann, POLICY, policy("entity", wide, device, of)).await;
        assert_eq!(text, "guardrail requires override for device receiving execute");
        let text = plant.refusal(&ann, APPROVE, json!({ "id": asked })).await;
        assert_eq!(text, "a second person has to decide: neither who asked nor who receives");
        // Nor does a token decide, nor somebody of another tenant.
        let Some(who) = bob.caller().entity_id() else { panic!("bob is signed in") };
        let token = plant.capped(who, of, Ceiling::default());
        assert_eq!(plant.refusal(&token, APPROVE, json!({ "id": asked })).await, "forbidden");
        let elsewhere = plant.tenant("plant-b").await;
        let stranger = plant.person_who_may("eve", elsewhere, &["policy.manage"]).await;
        assert_eq!(plant.refusal(&stranger, APPROVE, json!({ "id": asked })).await, "forbidden");

        let done = plant.data(&bob, APPROVE, json!({ "id": asked })).await["done"].take();
        assert_eq!((&done["status"], &done["decidedBy"]), (&json!("approved"), &json!(who)));
        // It is for this device, and for one grant.
        let text = plant.refusal(&ann, POLICY, policy("entity", wide, other, of)).await;
        assert_eq!(text, "guardrail requires override for device receiving execute");
        let given = plant.made(&ann, POLICY, policy("entity", wide, device, of)).await;
        plant
            .data(&ann, "mutation($id: ID!) { done: deleteDirectPolicy(id: $id) }", json!({ "id": given }))
            .await;
        let text = plant.refusal(&ann, POLICY, policy("entity", wide, device, of)).await;
        assert_eq!(text, "guardrail requires override for device receiving execute");
        assert_eq!(
            plant.remembered("guardrail_override").await,
            ["guardrail_override.request", "guardrail_override.approve", "guardrail_override.use"]
        );
        let list = "query($t: ID!) { guardrailOverrides(tenantId: $t) { total items { usedAt status } } }";
        let list = plant.data(&bob, list, json!({ "t": tenant })).await["guardrailOverrides"].take();
        assert_eq!((&list["total"], list["items"][0]["usedAt"].is_string()), (&json!(1), true));
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_ends_and_can_be_taken_back() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let of = Some(tenant);
        let ann = plant.person_who_may("ann", tenant, &["policy.manage", "execute"]).await;
        let bob = plant.person_who_may("bob", tenant, &["policy.manage"]).await;
        let device = plant.entity("device", "pump", of).await;
        let wide = plant.block(over_tenant(tenant, &["execute"])).await;
        let rule = plant.guardrail(of, "device", "require_override").await;
        let required = "guardrail requires override for device receiving execute";

        let asked = plant.exception(&ann, of, rule, "entity", Some(device)).await;
        plant.data(&bob, APPROVE, json!({ "id": asked, "l": 60 })).await;
        plant.clock.advance(Duration::from_secs(61));
        plant.ground().decisions().catch_up().await.unwrap();
        assert_eq!(plant.refusal(&ann, POLICY, policy("entity", wide, device, of)).await, required);

        let asked = plant.exception(&ann, of, rule, "entity", Some(device)).await;
        plant.data(&bob, APPROVE, json!({ "id": asked })).await;
        let withdraw = "mutation($id: ID!) { done: withdrawGuardrailOverride(id: $id) { status } }";
        assert_eq!(plant.refusal(&bob, withdraw, json!({ "id": asked })).await, "forbidden");
        plant.data(&ann, withdraw, json!({ "id": asked })).await;
        assert_eq!(plant.refusal(&ann, POLICY, policy("entity", wide, device, of)).await, required);

        let asked = plant.exception(&ann, of, rule, "entity", Some(device)).await;
        let deny =
            "mutation($id: ID!) { done: denyGuardrailOverride(id: $id, answer: \"no\") { status answer } }";
        let denied = plant.data(&bob, deny, json!({ "id": asked })).await["done"].take();
        assert_eq!(denied, json!({ "status": "denied", "answer": "no" }));
        assert_eq!(
            plant.refusal(&bob, APPROVE, json!({ "id": asked })).await,
            "this override is decided already"
        );
        assert_eq!(plant.refusal(&ann, POLICY, policy("entity", wide, device, of)).await, required);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_alone_neither_removes_such_a_guardrail_nor_gets_round_it_by_a_role() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let of = Some(tenant);
        let ann = plant.person_who_may("ann", tenant, &["policy.manage", "role.manage", "execute"]).await;
        let bob = plant.person_who_may("bob", tenant, &["policy.manage"]).await;
        let rule = plant.guardrail(of, "device", "require_override").await;
        let text = plant.refusal(&ann, DELETE_RULE, json!({ "id": rule })).await;
        assert_eq!(text, "guardrail requires override for its own removal");

        // What a role is given takes an override for the role.
        let device = plant.entity("device", "pump", of).await;
        let wide = plant.block(over_tenant(tenant, &["execute"])).await;
        let role = plant.role("operator", of, &[]).await;
        plant.assign(role, device, of).await;
        let refused = plant.answer(&ann, REPLACE, json!({ "r": role, "b": [wide] })).await;
        let details = &refused["errors"][0]["extensions"]["details"];
        assert_eq!((&details["for"], &details["recipientId"]), (&json!("role"), &json!(role)));
        let asked = plant.exception(&ann, of, rule, "role", Some(role)).await;
        plant.data(&bob, APPROVE, json!({ "id": asked })).await;
        plant.data(&ann, REPLACE, json!({ "r": role, "b": [wide] })).await;

        let asked = plant.exception(&ann, of, rule, "removal", None).await;
        plant.data(&bob, APPROVE, json!({ "id": asked })).await;
        plant.data(&ann, DELETE_RULE, json!({ "id": rule })).await;

        // A rule of the platform is decided about at the platform.
        let rule = plant.guardrail(None, "device", "require_override").await;
        let other = plant.entity("device", "valve", of).await;
        let asked = plant.exception(&ann, of, rule, "entity", Some(other)).await;
        assert_eq!(plant.refusal(&bob, APPROVE, json!({ "id": asked })).await, "forbidden");
        plant.data(&plant.admin(), APPROVE, json!({ "id": asked })).await;
        plant.made(&ann, POLICY, policy("entity", wide, other, of)).await;
        // What names nothing that exists, or nothing here, cannot be asked for.
        for (wanted, id) in [("entity", Some(Uuid::from_u128(404))), ("removal", Some(other)), ("role", None)]
        {
            let input = json!({ "i": { "tenantId": tenant, "ruleId": rule, "for": wanted, "recipientId": id,
                "reason": "x" } });
            let text = plant.refusal(&ann, ASK, input).await;
            assert!(text.starts_with("recipientId must be"), "{text}");
        }
    })
    .await;
}

/// A block is put into a role while the role is given to a device: whichever comes second is refused.
#[tokio::test(flavor = "multi_thread")]
async fn two_halves_of_a_grant_do_not_pass_side_by_side() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let of = Some(tenant);
        plant.guardrail(of, "device", "deny").await;
        let block =
            json!({ "i": { "tenantId": tenant, "scopeMode": "tenant", "actionIds": [action("execute")] } });
        let block = plant.block(block).await;
        for round in 0..12 {
            let device = plant.entity("device", &format!("pump-{round}"), of).await;
            let role = plant.role(&format!("role-{round}"), of, &[]).await;
            let (one, other) = (plant.admin(), plant.admin());
            let (filled, given) = tokio::join!(
                plant.answer(&one, REPLACE, json!({ "r": role, "b": [block] })),
                plant.answer(&other, ASSIGN, assignment("entity", role, device, of)),
            );
            let failed = |answer: &Value| answer["errors"][0]["message"] == REJECTED;
            assert!(failed(&filled) != failed(&given), "{filled} {given}");
        }
    })
    .await;
}
