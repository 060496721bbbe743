//! Which objects somebody may act on, as ids.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{action, over_tenant};
use crate::harness::{Plant, on_both};

const ASK: &str =
    "query($i: AuthorizedObjectIdsInput!) { found: authorizedObjectIds(input: $i) { ids total } }";

/// What is asked, with more.
fn ask(subject: Uuid, more: Value) -> Value {
    let mut input = json!({ "subjectId": subject, "action": "read", "objectKind": "resource" });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    json!({ "i": input })
}

async fn found(plant: &Plant, subject: Uuid, more: Value) -> (Vec<Uuid>, u64) {
    let found = plant.data(&plant.admin(), ASK, ask(subject, more)).await["found"].take();
    let ids = found["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().parse().unwrap());
    (ids.collect(), found["total"].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_those_of_what_a_check_would_allow() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let device = plant.entity("device", "meter", Some(tenant)).await;
        let mut channels = Vec::new();
        for number in 0..3 {
            let input = json!({ "kind": "channel", "name": format!("c{number}"), "tenantId": tenant });
            channels.push(plant.resource(input).await);
            plant.clock.advance(Duration::from_millis(1));
        }
        let rule = plant.resource(json!({ "kind": "rule", "name": "c9", "tenantId": tenant })).await;
        plant.resource(json!({ "kind": "channel", "tenantId": other })).await;
        let kind = |kind: &str, conditions: Value| {
            json!({ "i": { "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
                "objectType": kind, "conditions": conditions, "actionIds": [action("read")] } })
        };
        let open = plant.block(kind("channel", json!({}))).await;
        plant.give(open, "entity", device, Some(tenant)).await;
        let maybe = plant.block(kind("rule", json!({ "context.shift": "day" }))).await;
        plant.give(maybe, "entity", device, Some(tenant)).await;
        let shut = plant
            .block(json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": "resource",
                "objectId": channels[1], "effect": "deny", "actionIds": [action("read")] } }))
            .await;
        plant.give(shut, "entity", device, Some(tenant)).await;
        // Newest first, without what is denied and what depends on circumstances.
        assert_eq!(found(&plant, device, json!({})).await, (vec![channels[2], channels[0]], 2));
        assert!(plant.check(device, "read", "resource", channels[0]).await.0);
        assert!(!plant.check(device, "read", "resource", channels[1]).await.0);
        let page = json!({ "limit": 1, "offset": 1, "tenantId": tenant });
        assert_eq!(found(&plant, device, page).await, (vec![channels[0]], 2));
        assert_eq!(found(&plant, device, json!({ "offset": 9 })).await, (vec![], 2));
        for typed in ["channel", "resource:channel"] {
            assert_eq!(found(&plant, device, json!({ "objectType": typed })).await.1, 2);
        }
        for nothing in [
            json!({ "objectType": "rule" }),
            json!({ "objectType": "entity:device" }),
            json!({ "tenantId": other }),
            json!({ "action": "fly" }),
            json!({ "objectKind": "entity" }),
            json!({ "q": "nothing like it" }),
        ] {
            assert_eq!(found(&plant, device, nothing).await, (vec![], 0));
        }
        assert_eq!(found(&plant, device, json!({ "q": "C2" })).await, (vec![channels[2]], 1));
        assert_eq!(found(&plant, Uuid::from_u128(404), json!({})).await, (vec![], 0));
        assert_eq!(found(&plant, crate::harness::ADMIN, json!({ "q": "c9" })).await, (vec![rule], 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_and_groups_are_listed_and_nothing_else_is() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let reader = plant.entity("service", "reader", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        plant.give(block, "entity", reader, Some(tenant)).await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let devices = json!({ "objectKind": "entity", "objectType": "device" });
        assert_eq!(found(&plant, reader, devices).await, (vec![meter], 1));
        let groups = json!({ "objectKind": "group", "objectType": "ignored" });
        assert_eq!(found(&plant, reader, groups).await, (vec![hall], 1));
        for kind in ["tenant", "credential", "role", "chair"] {
            let text = plant.refusal(&plant.admin(), ASK, ask(reader, json!({ "objectKind": kind }))).await;
            assert_eq!(text, format!("authorized object listing does not support object kind '{kind}'"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_asks_about_themselves_and_checkers_about_others_in_their_tenant() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let device = plant.entity("device", "meter", Some(tenant)).await;
        plant.data(&plant.caller(device, Some(tenant)), ASK, ask(device, json!({}))).await;
        let checker = plant.person_who_may("checker", tenant, &["authz.check"]).await;
        plant.data(&checker, ASK, ask(device, json!({ "tenantId": tenant }))).await;
        for more in [json!({}), json!({ "tenantId": other })] {
            assert_eq!(plant.refusal(&checker, ASK, ask(device, more)).await, "forbidden");
        }
        assert_eq!(
            plant.refusal(&plant.nobody(), ASK, ask(device, json!({}))).await,
            "missing authentication"
        );
    })
    .await;
}
