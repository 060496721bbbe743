//! The catalogue of actions, through the doors.

use serde_json::json;

use crate::giving::{over_tenant, tables_agree};
use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_seeded_and_can_be_searched() {
    on_both(async |plant| {
        let admin = plant.admin();
        let query =
            "{ actions(limit: 100) { total items { name } } all: actionApplicability(limit: 100) { total }
            of: actionApplicability(actionName: \"SUBS\") { items { id actionName objectKind objectType } }
            channel: actions(objectKind: \"resource\", objectType: \"channel\") { items { name } } }";
        let data = plant.data(&admin, query, json!({})).await;
        assert_eq!((&data["actions"]["total"], &data["all"]["total"]), (&json!(13), &json!(46)));
        let subscribe = crate::giving::action("subscribe");
        assert_eq!(
            data["of"]["items"],
            json!([{ "id": format!("{subscribe}:resource:resource:channel"), "actionName": "subscribe",
                "objectKind": "resource", "objectType": "resource:channel" }])
        );
        let names: Vec<_> =
            data["channel"]["items"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        let expected =
            ["delete", "manage", "policy.manage", "publish", "read", "role.manage", "subscribe", "write"];
        assert_eq!(names, expected);
        let stranger = plant.caller(plant.entity("human", "eve", None).await, None);
        assert_eq!(plant.refusal(&stranger, "{ actions { total } }", json!({})).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_made_changed_and_removed() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let make = "mutation { made: createAction(input: { name: \"calibrate\",
            applicability: [{ objectKind: \"resource\", objectType: \"meter\" }] }) { id } }";
        let id = plant.made(&admin, make, json!({})).await;
        assert_eq!(plant.refusal(&admin, make, json!({})).await, "already exists");
        let add = "mutation($id: ID!, $k: String!, $t: String) { addActionApplicability(
            input: { actionId: $id, objectKind: $k, objectType: $t }) { objectType } }";
        let remove = "mutation($id: ID!, $k: String!, $t: String) { removeActionApplicability(
            input: { actionId: $id, objectKind: $k, objectType: $t }) }";
        let meter = json!({ "id": id, "k": "resource", "t": "resource:meter" });
        let data = plant.data(&admin, add, meter.clone()).await;
        assert_eq!(data["addActionApplicability"]["objectType"], "resource:meter");
        let chair = json!({ "id": id, "k": "chair" });
        assert_eq!(plant.refusal(&admin, add, chair.clone()).await, "invalid value");
        plant.data(&admin, remove, meter.clone()).await;
        let gone = "capability applicability row not found";
        assert_eq!(plant.refusal(&admin, remove, meter).await, gone);

        let person = plant.entity("human", "ann", Some(tenant)).await;
        let block = plant
            .block(json!({ "i": { "tenantId": tenant, "scopeMode": "tenant",
                "actionIds": [id, crate::giving::action("read")] } }))
            .await;
        plant.give(block, "entity", person, Some(tenant)).await;
        let meter = plant.resource(json!({ "kind": "meter", "tenantId": tenant })).await;
        let (allowed, reason) = plant.check(person, "tune", "resource", meter).await;
        assert_eq!((allowed, reason.as_str()), (false, "unknown action 'tune'"));
        let update = "mutation($id: ID!) { updateAction(id: $id, input: { name: \"tune\", description: \"t\",
            applicability: [{ objectKind: \"resource\" }] }) { name applicability { objectKind objectType } } }";
        let data = plant.data(&admin, update, json!({ "id": id })).await;
        assert_eq!(
            data["updateAction"],
            json!({ "name": "tune", "applicability": [{ "objectKind": "resource", "objectType": null }] })
        );
        assert!(plant.check(person, "tune", "resource", meter).await.0);

        plant.data(&admin, "mutation($id: ID!) { deleteAction(id: $id) }", json!({ "id": id })).await;
        assert!(!plant.check(person, "tune", "resource", meter).await.0);
        assert!(plant.check(person, "read", "resource", meter).await.0);
        let query = "query($id: ID!) { action(id: $id) { id } }";
        let text = plant.refusal(&admin, query, json!({ "id": id })).await;
        assert_eq!(text, format!("capability {id} not found"));
        let block = "query($id: ID!) { permissionBlock(id: $id) { actions { name } } }";
        let reading = plant.block(over_tenant(tenant, &["read"])).await;
        let data = plant.data(&admin, block, json!({ "id": reading })).await;
        assert_eq!(data["permissionBlock"]["actions"], json!([{ "name": "read" }]));
        tables_agree(&plant).await;
    })
    .await;
}
