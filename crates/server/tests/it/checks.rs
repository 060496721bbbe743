//! Asking for decisions, through the doors.

use serde_json::{Value, json};

use crate::giving::over_tenant;
use crate::harness::on_both;

const CHECK: &str =
    "mutation($i: AuthzCheckInput!) { check: authzCheck(input: $i) { allowed reason details } }";

#[tokio::test(flavor = "multi_thread")]
async fn about_others_asks_who_may_check_where_the_object_is() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let checker = plant.person_who_may("checker", tenant, &["authz.check"]).await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let mine = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        let theirs = plant.resource(json!({ "kind": "channel", "tenantId": other })).await;
        let ask = |more: Value| {
            let mut input = json!({ "subjectId": ann, "action": "read" });
            for (name, value) in more.as_object().unwrap() {
                input[name] = value.clone();
            }
            json!({ "i": input })
        };
        let data = plant.data(&checker, CHECK, ask(json!({ "resourceId": mine }))).await;
        let denied = json!({ "allowed": false, "reason": "no matching allow policy", "details": null });
        assert_eq!(data["check"], denied);
        for named in [
            json!({ "resourceId": theirs }),
            json!({ "resourceId": mine, "objectKind": "resource", "objectId": theirs }),
            json!({ "objectKind": "tenant", "objectId": other }),
            json!({ "objectKind": "platform" }),
        ] {
            assert_eq!(plant.refusal(&checker, CHECK, ask(named)).await, "forbidden");
        }
        // Everybody may ask about themselves, anywhere.
        let own = json!({ "i": { "subjectId": ann, "action": "read", "resourceId": theirs } });
        plant.data(&plant.caller(ann, Some(tenant)), CHECK, own.clone()).await;
        assert_eq!(plant.refusal(&plant.nobody(), CHECK, own).await, "missing authentication");
        for (named, text) in [
            (json!({}), "authz check requires either resource_id or (object_kind, object_id)"),
            (json!({ "objectKind": "entity" }), "object_id is required when object_kind is provided"),
            (json!({ "objectId": mine }), "object_kind is required when object_id is provided"),
        ] {
            assert_eq!(plant.refusal(&plant.admin(), CHECK, ask(named)).await, text);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_not_in_use_is_named() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let mine = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        plant
            .data(&admin, "mutation($id: ID!) { freezeTenant(id: $id) { id } }", json!({ "id": tenant }))
            .await;
        let input =
            json!({ "i": { "subjectId": crate::harness::ADMIN, "action": "read", "resourceId": mine } });
        let data = plant.data(&admin, CHECK, input).await;
        assert_eq!(
            data["check"],
            json!({ "allowed": false, "reason": "tenant is frozen",
                "details": { "tenant_id": tenant, "tenant_status": "frozen" } })
        );
        // Nothing begins in it.
        let make = "mutation($t: ID!) { createResource(input: { kind: \"channel\", tenantId: $t }) { id } }";
        assert_eq!(plant.refusal(&admin, make, json!({ "t": tenant })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_questions_have_a_bound_and_a_context_too() {
    on_both(async |plant| {
        let admin = plant.admin();
        let bulk = "mutation($i: [AuthzCheckInput!]!) { checks: authzBulkCheck(input: $i) { allowed } }";
        assert_eq!(plant.data(&admin, bulk, json!({ "i": [] })).await["checks"], json!([]));
        let one = json!({ "subjectId": crate::harness::ADMIN, "action": "read", "objectKind": "entity",
            "objectId": crate::harness::ADMIN });
        let data = plant.data(&admin, bulk, json!({ "i": vec![one.clone(); 20] })).await;
        assert_eq!(data["checks"], json!(vec![json!({ "allowed": true }); 20]));
        let text = plant.refusal(&admin, bulk, json!({ "i": vec![one.clone(); 21] })).await;
        assert_eq!(text, "input must contain at most 20 items");
        let mut large = one.clone();
        large["context"] = json!({ "x": "y".repeat(70_000) });
        let text = plant.refusal(&admin, CHECK, json!({ "i": large })).await;
        assert_eq!(text, "context must be at most 65536 bytes of JSON");
        let mut broken = one.clone();
        broken.as_object_mut().unwrap().remove("objectId");
        let text = plant.refusal(&admin, bulk, json!({ "i": [one, broken] })).await;
        assert_eq!(text, "object_id is required when object_kind is provided");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_see_the_context_that_was_given() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let mut input = over_tenant(tenant, &["read"]);
        input["i"]["conditions"] = json!({ "context.shift": "night", "object.type": "channel" });
        let block = plant.block(input).await;
        plant.give(block, "entity", ann, Some(tenant)).await;
        let mine = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        for (context, allowed) in [(json!({ "shift": "night" }), true), (json!({ "shift": "day" }), false)] {
            let input = json!({ "i": { "subjectId": ann, "action": "read", "resourceId": mine, "context": context } });
            assert_eq!(plant.data(&plant.admin(), CHECK, input).await["check"]["allowed"], allowed);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_shows_the_grants_and_leaves_a_trace() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let explain =
            "mutation($i: AuthzCheckInput!) { explain: authzExplain(input: $i) { allowed reason subject
            resource capability matchedBinding evaluatedBindings } }";
        let mine = plant.resource(json!({ "kind": "channel", "name": "c", "tenantId": tenant })).await;
        let person = plant.person_who_may("ann", tenant, &["read", "policy.manage"]).await;
        let ann = person.caller().entity_id().unwrap();
        let input = json!({ "i": { "subjectId": ann, "action": "read", "resourceId": mine } });
        // Not even about oneself without the right to see everything.
        assert_eq!(plant.refusal(&person, explain, input.clone()).await, "forbidden");
        let data = plant.data(&admin, explain, input).await["explain"].take();
        assert_eq!((&data["allowed"], &data["reason"]), (&json!(true), &json!("allowed")));
        assert_eq!(data["resource"]["kind"], "channel");
        assert_eq!(data["subject"]["name"], "ann");
        assert_eq!(data["matchedBinding"]["scope_kind"], "tenant");
        // Two actions of their own, and what everybody holds.
        assert_eq!(data["evaluatedBindings"].as_array().unwrap().len(), 3);
        let rows = atoll_base::ledger::rows(plant.ground().db().reader(), tenant, 0, 1000).await.unwrap();
        let last = rows.iter().rev().find(|row| row.event == "authz.explain").expect("a trace");
        assert_eq!(last.target, Some(("resource".to_owned(), mine)));
    })
    .await;
}
