//! Permission blocks, through the doors.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{BLOCK, action, over_tenant, tables_agree};
use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_refused_with_the_first_thing_wrong() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let read = action("read");
        let publish = action("publish");
        let foreign_group = plant.group("object", "hall", Some(other)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let foreign = plant.resource(json!({ "kind": "channel", "tenantId": other })).await;
        let unknown = Uuid::from_u128(404);
        let unknown_object = "object permission block references unknown object".to_owned();
        let unknown_group = "object group scope references unknown group".to_owned();
        let input = |mode: &str, fields: Value, action: Uuid| {
            let mut input = json!({ "scopeMode": mode, "actionIds": [action] });
            for (name, value) in fields.as_object().unwrap() {
                input[name] = value.clone();
            }
            input
        };
        let in_tenant = |mode: &str, mut fields: Value, action: Uuid| {
            fields["tenantId"] = json!(tenant);
            input(mode, fields, action)
        };
        let of_entities = json!({ "objectKind": "resource", "objectType": "entity:device" });
        let of_rules = json!({ "objectKind": "resource", "objectType": "rule" });
        let cases: [(Value, String); 22] = [
            (
                json!({ "scopeMode": "nowhere", "actionIds": [] }),
                "permission block requires at least one action".into(),
            ),
            (input("nowhere", json!({}), unknown), "unsupported permission block scopeMode 'nowhere'".into()),
            (
                input("platform", json!({ "objectKind": "entity" }), read),
                "platform permission block cannot include tenant or object fields".into(),
            ),
            (input("tenant", json!({}), read), "tenant permission block requires tenantId".into()),
            (
                input("object_kind", json!({}), read),
                "object_kind permission block requires objectKind".into(),
            ),
            (
                input("object_type", json!({ "objectKind": "resource" }), read),
                "object_type permission block requires objectKind and objectType".into(),
            ),
            (input("object", json!({}), read), "object permission block requires objectId".into()),
            (input("object", json!({ "objectId": unknown }), read), unknown_object.clone()),
            (
                in_tenant("object", json!({ "objectKind": "resource", "objectId": foreign }), read),
                unknown_object.clone(),
            ),
            (in_tenant("object", json!({ "objectId": other }), read), unknown_object),
            (in_tenant("group", json!({}), read), "object group scope requires groupId".into()),
            (in_tenant("group", json!({ "groupId": unknown }), read), unknown_group.clone()),
            (in_tenant("group_child_groups", json!({ "groupId": crew }), read), unknown_group),
            (
                in_tenant("group_direct_objects", json!({ "groupId": foreign_group }), read),
                "object group scope must reference a group in the same tenant".into(),
            ),
            (
                in_tenant("group_direct_objects", json!({ "groupId": hall }), read),
                "object group object permission block requires objectKind and objectType".into(),
            ),
            (
                in_tenant("tenant", json!({ "objectKind": "entity" }), unknown),
                format!("capability {unknown} does not exist"),
            ),
            (
                in_tenant("object_type", of_rules, publish),
                "capability publish is not applicable to resource:rule".into(),
            ),
            (
                in_tenant("object_kind", json!({ "objectKind": "group" }), publish),
                "capability publish is not applicable to group".into(),
            ),
            (
                in_tenant("group", json!({ "groupId": hall }), publish),
                "capability publish is not applicable to group".into(),
            ),
            (
                in_tenant("object_type", of_entities, read),
                "objectType namespace must match objectKind".into(),
            ),
            (
                in_tenant("tenant", json!({ "conditions": [1] }), read),
                "conditions must be a JSON object".into(),
            ),
            (in_tenant("tenant", json!({ "objectKind": "entity" }), read), "invalid value".into()),
        ];
        for (input, text) in cases {
            assert_eq!(plant.refusal(&admin, BLOCK, json!({ "i": input.clone() })).await, text, "{input}");
        }
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn types_are_kept_in_one_spelling_and_the_actions_come_along() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let input = json!({ "i": { "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
            "objectType": "channel", "effect": "deny", "conditions": { "context.x": { "almost": 1 } },
            "actionIds": [action("subscribe"), action("publish"), action("publish")] } });
        let id = plant.block(input).await;
        let query = "query($id: ID!) { permissionBlock(id: $id) { scopeMode objectKind objectType effect conditions
            actions { name applicability { objectKind objectType } } } }";
        let data = plant.data(&plant.admin(), query, json!({ "id": id })).await;
        let channel = json!([{ "objectKind": "resource", "objectType": "resource:channel" }]);
        assert_eq!(
            data["permissionBlock"],
            json!({ "scopeMode": "object_type", "objectKind": "resource", "objectType": "resource:channel",
                "effect": "deny", "conditions": { "context.x": { "almost": 1 } },
                "actions": [{ "name": "publish", "applicability": channel },
                    { "name": "subscribe", "applicability": channel }] })
        );
        // A whole kind takes an action of some of its types; the group mode covers the group itself.
        let hall = plant.group("object", "hall", Some(tenant)).await;
        plant.block(json!({ "i": { "tenantId": tenant, "scopeMode": "object_kind", "objectKind": "resource",
            "actionIds": [action("publish")] } })).await;
        let of_group = plant.block(json!({ "i": { "tenantId": tenant, "scopeMode": "group", "groupId": hall,
            "actionIds": [action("read")] } })).await;
        let person = plant.entity("human", "ann", Some(tenant)).await;
        plant.give(of_group, "entity", person, Some(tenant)).await;
        assert!(plant.check(person, "read", "group", hall).await.0);
        let list = "query($t: ID, $m: String) { permissionBlocks(tenantId: $t, scopeMode: $m) { total items { id } } }";
        let data = plant.data(&plant.admin(), list, json!({ "t": tenant, "m": "group" })).await;
        assert_eq!(data["permissionBlocks"], json!({ "total": 1, "items": [{ "id": of_group }] }));
        let reader = plant.person_who_may("reader", tenant, &["read"]).await;
        assert_eq!(plant.data(&reader, list, json!({ "t": tenant })).await["permissionBlocks"]["total"], 5);
        assert_eq!(plant.refusal(&reader, list, json!({})).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_goes_only_when_nothing_holds_it() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        let delete = "mutation($id: ID!) { deletePermissionBlock(id: $id) }";
        let linked = "permission block is still linked to a role or direct policy; unlink it first";
        assert_eq!(plant.refusal(&admin, delete, json!({ "id": block })).await, linked);
        plant.data(&admin, crate::giving::REPLACE, json!({ "r": role, "b": [] })).await;
        plant.data(&admin, delete, json!({ "id": block })).await;
        let text = plant.refusal(&admin, delete, json!({ "id": block })).await;
        assert_eq!(text, format!("permission block {block} not found"));
        let stranger = plant.caller(plant.entity("human", "eve", None).await, None);
        assert_eq!(plant.refusal(&stranger, delete, json!({ "id": block })).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}
