//! Revisions: what was written is seen by whoever asks for it, and what was can still be asked.

use atoll_base::db::Engine;
use serde_json::json;
use uuid::Uuid;

use crate::giving::{POLICY, over_tenant, policy};
use crate::harness::{Plant, on_both};

const CHECK: &str = "mutation($i: AuthzCheckInput!) { authzCheck(input: $i) { allowed revision } }";
const REVOKE: &str = "mutation($id: ID!) { deleteDirectPolicy(id: $id) }";

struct Stage {
    tenant: Uuid,
    ann: Uuid,
    pump: Uuid,
    block: Uuid,
}

impl Plant {
    async fn stage(&self) -> Stage {
        let tenant = self.tenant("plant-a").await;
        let ann = self.entity("human", "ann", Some(tenant)).await;
        let pump = self.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let block = self.block(over_tenant(tenant, &["read"])).await;
        // Something else holds it too, so that it stays when the policy goes.
        self.role("keeper", Some(tenant), &[block]).await;
        Stage { tenant, ann, pump, block }
    }

    async fn asked(&self, stage: &Stage, more: serde_json::Value) -> serde_json::Value {
        let mut input = json!({ "subjectId": stage.ann, "action": "read", "resourceId": stage.pump });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.answer(&self.admin(), CHECK, json!({ "i": input })).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_can_still_be_asked() {
    on_both(async |plant| {
        let stage = plant.stage().await;
        let never = plant.asked(&stage, json!({})).await["data"]["authzCheck"].take();
        let given = plant.give(stage.block, "entity", stage.ann, Some(stage.tenant)).await;
        let once = plant.asked(&stage, json!({})).await["data"]["authzCheck"].take();
        plant.data(&plant.admin(), REVOKE, json!({ "id": given })).await;
        let now = plant.asked(&stage, json!({})).await["data"]["authzCheck"].take();
        assert_eq!([&never, &once, &now].map(|one| one["allowed"].as_bool().unwrap()), [false, true, false]);
        for (then, allowed) in [(&never, false), (&once, true), (&now, false)] {
            let past = plant.asked(&stage, json!({ "asOf": then["revision"] })).await;
            assert_eq!(past["data"]["authzCheck"]["allowed"], allowed, "{past}");
            assert_eq!(past["data"]["authzCheck"]["revision"], then["revision"]);
        }
        let compare = "query($t: ID, $from: String!, $to: String) { accessDifference(tenantId: $t, from: $from, to: $to)
            { complete gained { subjectId action objectKind objectId } lost { subjectId objectId } } }";
        let difference = async |from: &serde_json::Value, to: Option<&serde_json::Value>| {
            let variables = json!({ "t": stage.tenant, "from": from["revision"], "to": to.map(|to| &to["revision"]) });
            plant.data(&plant.admin(), compare, variables).await["accessDifference"].take()
        };
        let gained = difference(&never, Some(&once)).await;
        assert_eq!(gained["complete"], true);
        let pump = json!({ "subjectId": stage.ann, "action": "read", "objectKind": "resource", "objectId": stage.pump });
        assert!(gained["gained"].as_array().unwrap().contains(&pump), "{gained}");
        assert_eq!(gained["lost"], json!([]));
        let lost = difference(&once, None).await["lost"].take();
        assert!(lost.as_array().unwrap().contains(&json!({ "subjectId": stage.ann, "objectId": stage.pump })));
        assert_eq!(difference(&never, None).await["gained"], json!([]));
        // Only administrators look back, and only where they administer.
        let input = json!({ "i": { "subjectId": stage.ann, "action": "read", "resourceId": stage.pump, "asOf": once["revision"] } });
        let ann = plant.caller(stage.ann, Some(stage.tenant));
        assert_eq!(plant.refusal(&ann, CHECK, input).await, "forbidden");
        let variables = json!({ "t": stage.tenant, "from": never["revision"] });
        assert_eq!(plant.refusal(&ann, compare, variables).await, "forbidden");
        let boss = plant.person_who_may("boss", stage.tenant, &["policy.manage"]).await;
        plant.data(&boss, compare, json!({ "t": stage.tenant, "from": never["revision"] })).await;
        assert_eq!(plant.refusal(&boss, compare, json!({ "from": never["revision"] })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_sees_at_least_what_it_is_asked_for() {
    on_both(async |plant| {
        if plant.ground().db().engine() == Engine::Sqlite {
            return;
        }
        let stage = plant.stage().await;
        let other = plant.another().await;
        let admin = plant.admin();
        plant.made(&admin, POLICY, policy("entity", stage.block, stage.ann, Some(stage.tenant))).await;
        let token = admin.written().expect("something was written").to_string();
        // Nothing makes the other process look by itself here.
        let stale = other.asked(&stage, json!({})).await;
        assert_eq!(stale["data"]["authzCheck"]["allowed"], false);
        let fresh = other.asked(&stage, json!({ "atLeast": token })).await;
        assert_eq!(fresh["data"]["authzCheck"]["allowed"], true, "{fresh}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_or_not_there_are_refused() {
    on_both(async |plant| {
        let stage = plant.stage().await;
        let message = async |more| {
            let answer = plant.asked(&stage, more).await;
            let error = &answer["errors"][0];
            (
                error["message"].as_str().unwrap().to_owned(),
                error["extensions"]["code"].as_str().unwrap().to_owned(),
            )
        };
        let bad = "this is not a revision token; hand back the text exactly as it was given".to_owned();
        assert_eq!(message(json!({ "atLeast": "soon" })).await, (bad.clone(), "revision.token".to_owned()));
        assert_eq!(message(json!({ "asOf": "once" })).await, (bad, "revision.token".to_owned()));
        let future = std::collections::BTreeMap::from([(stage.tenant, 1_000_000)]);
        let future = atoll_base::decisions::RevisionToken::written(&future).unwrap().to_string();
        assert_eq!(message(json!({ "asOf": future })).await.1, "revision.not_kept");
        assert_eq!(message(json!({ "atLeast": future })).await.1, "revision.not_reached");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_say_what_they_hold() {
    on_both(async |plant| {
        let stage = plant.stage().await;
        let call = "query($o: ID!) { authzSearchSubjects(input: { action: \"read\", resourceId: $o }) { revision items { id } } }";
        plant.give(stage.block, "entity", stage.ann, Some(stage.tenant)).await;
        let found = plant.data(&plant.admin(), call, json!({ "o": stage.pump })).await["authzSearchSubjects"].take();
        let now = plant.asked(&stage, json!({})).await["data"]["authzCheck"].take();
        assert_eq!(found["revision"], now["revision"]);
    })
    .await;
}
