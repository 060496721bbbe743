//! Policy tests: what must stay allowed in a tenant, and what not.

use atoll_policy::Ceiling;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::drafts::{CREATE as DRAFT, giving};
use crate::giving::{POLICY, over_tenant, policy, tables_agree};
use crate::harness::{ADMIN, Plant, on_both};

const CREATE: &str = "mutation($i: CreatePolicyTestInput!) { made: createPolicyTest(input: $i) { id } }";
const DELETE: &str = "mutation($id: ID!) { deletePolicyTest(id: $id) }";
const GATE: &str = "mutation($t: ID!, $on: Boolean!) { gated: gatePolicyTests(tenantId: $t, on: $on) }";
const LIST: &str = "query($t: ID!) { tests: policyTests(tenantId: $t) { total gated items { name may } } }";
const RUN: &str = "query($t: ID!, $d: ID) { ran: runPolicyTests(tenantId: $t, draftId: $d) {
    passed failed results { passed reason test { name } } } }";
const REMOVE: &str = "mutation($id: ID!) { deleteDirectPolicy(id: $id) }";

fn test(tenant: Uuid, name: &str, subject: Uuid, action: &str, object: Uuid, may: bool) -> Value {
    json!({ "i": { "tenantId": tenant, "name": name, "subjectId": subject, "action": action,
        "objectKind": "resource", "objectId": object, "may": may } })
}

impl Plant {
    async fn gate(&self, tenant: Uuid, on: bool) {
        self.data(&self.admin(), GATE, json!({ "t": tenant, "on": on })).await;
    }

    async fn failed(&self, tenant: Uuid, draft: Option<Uuid>) -> Vec<Value> {
        let ran = self.data(&self.admin(), RUN, json!({ "t": tenant, "d": draft })).await["ran"].take();
        let results = ran["results"].as_array().unwrap().clone();
        let failed: Vec<Value> = results
            .iter()
            .filter(|one| one["passed"] == false)
            .map(|one| one["test"]["name"].clone())
            .collect();
        assert_eq!(ran["failed"], failed.len());
        failed
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_run_against_what_is_and_against_a_draft() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        plant.made(&plant.admin(), CREATE, test(tenant, "ann reads", ann, "read", pump, true)).await;
        let writes = test(tenant, "ann does not write", ann, "write", pump, false);
        let never = plant.made(&plant.admin(), CREATE, writes.clone()).await;
        assert_eq!(plant.refusal(&plant.admin(), CREATE, writes).await, "already exists");
        assert_eq!(plant.failed(tenant, None).await, ["ann reads"]);
        let input = json!({ "t": tenant, "i": giving(tenant, ann, &["read", "write"]) });
        let draft = plant.made(&plant.admin(), DRAFT, input).await;
        assert_eq!(plant.failed(tenant, Some(draft)).await, ["ann does not write"]);
        let listed = plant.data(&plant.admin(), LIST, json!({ "t": tenant })).await["tests"].take();
        assert_eq!((&listed["total"], &listed["gated"]), (&json!(2), &json!(false)));
        plant.data(&plant.admin(), DELETE, json!({ "id": never })).await;
        assert_eq!(plant.failed(tenant, Some(draft)).await, Vec::<Value>::new());
        let events = plant.remembered("policy_test").await;
        assert!(events.contains(&"policy_test.delete".to_owned()), "{events:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_tenant_wants_it_they_refuse_changes_that_would_make_them_fail() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let kept = plant.give(block, "entity", ann, Some(tenant)).await;
        plant.made(&plant.admin(), CREATE, test(tenant, "ann reads", ann, "read", pump, true)).await;
        plant.made(&plant.admin(), CREATE, test(tenant, "no writing", ann, "write", pump, false)).await;
        plant.made(&plant.admin(), CREATE, test(tenant, "fails already", ann, "execute", pump, true)).await;
        let write = plant.block(over_tenant(tenant, &["write"])).await;
        // Nothing is refused before the gate is closed; a dry run says it all the same.
        let change = policy("entity", write, ann, Some(tenant));
        let tried = plant.tried(&plant.admin(), POLICY, change.clone()).await;
        assert_eq!(tried["extensions"]["dryRun"]["policyTests"][0]["name"], "no writing", "{tried}");
        plant.gate(tenant, true).await;
        let answer = plant.answer(&plant.admin(), POLICY, change.clone()).await;
        let text = "refused by policy tests of the tenant that would fail: 'no writing'; change them, or switch their gate off";
        assert_eq!(answer["errors"][0]["message"], text);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "policy_test.failed");
        assert_eq!(answer["errors"][0]["extensions"]["details"]["policyTests"][0]["name"], "no writing");
        let tried = plant.tried(&plant.admin(), POLICY, change.clone()).await;
        assert_eq!(tried["extensions"]["dryRun"]["policyTests"][0]["name"], "no writing", "{tried}");
        assert!(plant.refusal(&plant.admin(), REMOVE, json!({ "id": kept })).await.contains("'ann reads'"));
        tables_agree(&plant).await;
        // A draft passes the same gate.
        let input = json!({ "t": tenant, "i": giving(tenant, ann, &["write"]) });
        let draft = plant.made(&plant.admin(), DRAFT, input).await;
        let apply = "mutation($id: ID!) { applyDraft(id: $id) { id } }";
        assert_eq!(plant.refusal(&plant.admin(), apply, json!({ "id": draft })).await, text);
        // What has nothing to do with it is done, and so is what was wanted once the gate is open.
        let publish = plant.block(over_tenant(tenant, &["publish"])).await;
        plant.give(publish, "entity", ann, Some(tenant)).await;
        plant.gate(tenant, false).await;
        plant.made(&plant.admin(), POLICY, change).await;
        assert!(plant.remembered("tenant").await.contains(&"policy_test.gate".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_never_keep_an_account_or_a_tenant_in_use() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        plant.give(block, "entity", ann, Some(tenant)).await;
        plant.made(&plant.admin(), CREATE, test(tenant, "ann reads", ann, "read", pump, true)).await;
        plant.gate(tenant, true).await;
        for (call, id) in [
            ("disableEntity(id: $id) { id }", ann),
            ("enableEntity(id: $id) { id }", ann),
            ("freezeTenant(id: $id) { id }", tenant),
            ("enableTenant(id: $id) { id }", tenant),
            ("deleteResource(id: $id)", pump),
            ("deleteEntity(id: $id)", ann),
            ("purgeEntity(id: $id)", ann),
        ] {
            let call = format!("mutation($id: ID!) {{ {call} }}");
            plant.data(&plant.admin(), &call, json!({ "id": id })).await;
        }
        let listed = plant.data(&plant.admin(), LIST, json!({ "t": tenant })).await["tests"].take();
        assert_eq!(listed["total"], 0);
        for call in ["deleteTenant", "purgeTenant"] {
            let call = format!("mutation($id: ID!) {{ {call}(id: $id) }}");
            plant.data(&plant.admin(), &call, json!({ "id": tenant })).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_stays_within_its_tenant_and_with_those_who_deal_with_policies() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let theirs = plant.resource(json!({ "kind": "rule", "name": "mill", "tenantId": other })).await;
        let manager = plant.person_who_may("manager", tenant, &["policy.manage"]).await;
        let foreign = test(tenant, "x", ann, "read", theirs, true);
        let text = "the object of a policy test must belong to its tenant";
        assert_eq!(plant.refusal(&manager, CREATE, foreign).await, text);
        let nobody = test(tenant, "x", Uuid::from_u128(404), "read", pump, true);
        let text = "the subject of a policy test must be an entity";
        assert_eq!(plant.refusal(&manager, CREATE, nobody).await, text);
        let unknown = test(tenant, "x", ann, "fly", pump, true);
        assert_eq!(plant.refusal(&manager, CREATE, unknown).await, "unknown action 'fly'");
        let made = plant.made(&manager, CREATE, test(tenant, "x", ann, "read", pump, true)).await;
        let stranger = plant.person_who_may("stranger", other, &["policy.manage"]).await;
        for caller in [&stranger, &plant.caller(ann, Some(tenant)), &plant.capped(ADMIN, None, Ceiling::default())] {
            for (document, variables) in [
                (CREATE, test(tenant, "y", ann, "read", pump, true)),
                (DELETE, json!({ "id": made })),
                (GATE, json!({ "t": tenant, "on": true })),
                (LIST, json!({ "t": tenant })),
                (RUN, json!({ "t": tenant })),
            ] {
                assert_eq!(plant.refusal(caller, document, variables).await, "forbidden", "{document}");
            }
        }
        let input = json!({ "t": other, "i": giving(other, plant.entity("human", "eve", Some(other)).await, &["read"]) });
        let draft = plant.made(&plant.admin(), DRAFT, input).await;
        assert_eq!(plant.refusal(&manager, RUN, json!({ "t": tenant, "d": draft })).await, "forbidden");
    })
    .await;
}
