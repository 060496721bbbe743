//! Asking for a role, and getting it for a while.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{over_tenant, tables_agree};
use crate::harness::{Plant, on_both};

const ASK: &str = "mutation($i: RequestAccessInput!) { made: requestAccess(input: $i) { id status } }";
const APPROVE: &str =
    "mutation($id: ID!, $until: String) { made: approveAccessRequest(id: $id, expiresAt: $until)
    { id status expiresAt roleAssignmentId decidedBy } }";
const DENY: &str =
    "mutation($id: ID!) { made: denyAccessRequest(id: $id, answer: \"not now\") { id status answer } }";
const LIST: &str = "query($t: ID, $r: ID, $s: AccessRequestStatus) { accessRequests(tenantId: $t, requesterId: $r, status: $s)
    { total items { id status reason } } }";

struct Stage {
    tenant: Uuid,
    ann: Uuid,
    pump: Uuid,
    role: Uuid,
}

impl Plant {
    async fn asking(&self) -> Stage {
        let tenant = self.tenant("plant-a").await;
        let ann = self.entity("human", "ann", Some(tenant)).await;
        let pump = self.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = self.block(over_tenant(tenant, &["execute"])).await;
        Stage { tenant, ann, pump, role: self.role("operator", Some(tenant), &[block]).await }
    }
}

fn wish(role: Uuid, secs: Option<i64>) -> Value {
    json!({ "i": { "roleId": role, "reason": "the pump stands still", "lastsSecs": secs } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_asked_for_given_for_a_while_and_ends_by_itself() {
    on_both(async |plant| {
        let stage = plant.asking().await;
        let ann = plant.caller(stage.ann, Some(stage.tenant));
        let request = plant.made(&ann, ASK, wish(stage.role, Some(3600))).await;
        assert!(!plant.check(stage.ann, "execute", "resource", stage.pump).await.0);
        let waiting = plant.data(&plant.admin(), LIST, json!({ "t": stage.tenant, "s": "pending" })).await;
        assert_eq!(waiting["accessRequests"]["total"], 1);
        let given = plant.data(&plant.admin(), APPROVE, json!({ "id": request })).await["made"].take();
        assert_eq!((&given["status"], &given["expiresAt"]), (&json!("approved"), &json!(plant.in_hours(1))));
        assert!(plant.check(stage.ann, "execute", "resource", stage.pump).await.0);
        let again = plant.refusal(&plant.admin(), APPROVE, json!({ "id": request })).await;
        assert_eq!(again, "this request is decided already");
        plant.pass(Duration::from_secs(3600)).await;
        assert!(!plant.check(stage.ann, "execute", "resource", stage.pump).await.0);
        let own = plant.data(&ann, LIST, json!({ "r": stage.ann })).await["accessRequests"]["items"].take();
        assert_eq!(own[0]["status"], "approved");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_about_their_own_request_or_beyond_what_they_have() {
    on_both(async |plant| {
        let stage = plant.asking().await;
        let boss = plant.person_who_may("boss", stage.tenant, &["policy.manage"]).await;
        let own = plant.made(&boss, ASK, wish(stage.role, None)).await;
        let refused = plant.refusal(&boss, APPROVE, json!({ "id": own })).await;
        assert_eq!(refused, "somebody else has to decide about your own request");
        let ann = plant.caller(stage.ann, Some(stage.tenant));
        let request = plant.made(&ann, ASK, wish(stage.role, None)).await;
        // The boss may give roles, but has nothing to execute.
        assert_eq!(plant.refusal(&boss, APPROVE, json!({ "id": request })).await, "forbidden");
        assert_eq!(plant.refusal(&ann, APPROVE, json!({ "id": own })).await, "forbidden");
        let denied = plant.data(&boss, DENY, json!({ "id": request })).await["made"].take();
        assert_eq!((&denied["status"], &denied["answer"]), (&json!("denied"), &json!("not now")));
        assert!(!plant.check(stage.ann, "execute", "resource", stage.pump).await.0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_have_bounds_and_tell_strangers_nothing() {
    on_both(async |plant| {
        let stage = plant.asking().await;
        let ann = plant.caller(stage.ann, Some(stage.tenant));
        let request = plant.made(&ann, ASK, wish(stage.role, None)).await;
        for (input, message) in [
            (
                wish(stage.role, None),
                "you have asked for this role already; wait for the answer, or withdraw that request",
            ),
            (wish(stage.role, Some(1)), "lastsSecs must be between 60 and 31622400"),
            (wish(stage.role, Some(-1)), "lastsSecs must be between 60 and 31622400"),
            (
                json!({ "i": { "roleId": stage.role, "reason": " " } }),
                "say why you ask, in at most 1000 characters",
            ),
        ] {
            assert_eq!(plant.refusal(&ann, ASK, input).await, message);
        }
        let other = plant.tenant("plant-b").await;
        let stranger = plant.person_who_may("stranger", other, &["policy.manage"]).await;
        let hidden = plant.refusal(&stranger, ASK, wish(stage.role, None)).await;
        assert_eq!(hidden, format!("role {} not found", stage.role));
        assert_eq!(plant.refusal(&stranger, APPROVE, json!({ "id": request })).await, "forbidden");
        assert_eq!(plant.refusal(&stranger, LIST, json!({ "t": stage.tenant })).await, "forbidden");
        assert_eq!(plant.refusal(&ann, LIST, json!({ "t": stage.tenant })).await, "forbidden");
        let withdraw = "mutation($id: ID!) { made: withdrawAccessRequest(id: $id) { id status } }";
        plant.made(&ann, withdraw, json!({ "id": request })).await;
        plant.made(&ann, ASK, wish(stage.role, None)).await;
    })
    .await;
}
