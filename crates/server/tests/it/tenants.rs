//! Tenants: making, changing, holding still, deleting them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::on_both;
use crate::sessions::SECRET;

const CREATE: &str = "mutation($input: CreateTenantInput!) { made: createTenant(input: $input) { id name alias route status tags attributes createdBy } }";
const UPDATE: &str = "mutation($id: ID!, $input: UpdateTenantInput!) { updateTenant(id: $id, input: $input) { name alias route tags attributes status } }";
const SHOW: &str = "query($id: ID!) { tenant(id: $id) { id name status } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_made_with_whatever_was_said() {
    on_both(async |plant| {
        let admin = plant.admin();
        let input = json!({ "name": "factory-a", "alias": " Fab-A ", "route": "factory_A", "tags": ["iot", " iot"],
            "attributes": { "floor": 1 } });
        let made = plant.data(&admin, CREATE, json!({ "input": input })).await["made"].take();
        assert_eq!((&made["alias"], &made["route"]), (&json!("fab-a"), &json!("factory_A")));
        assert_eq!((&made["tags"], &made["status"]), (&json!(["iot"]), &json!("active")));
        for (input, why) in [
            (json!({ "name": "factory-a" }), "already exists"),
            (json!({ "name": "b", "alias": "fab-a" }), "already exists"),
            (json!({ "name": "b", "route": "factory_A" }), "already exists"),
            (json!({ "name": " " }), "name is required"),
            (json!({ "name": "b", "alias": "-b" }), "alias must start with a letter or digit"),
            (json!({ "name": "b", "attributes": [] }), "attributes must be a JSON object"),
        ] {
            assert_eq!(plant.refusal(&admin, CREATE, json!({ "input": input })).await, why, "{input}");
        }
        let id = &made["id"];
        let changed = plant.data(&admin, UPDATE, json!({ "id": id, "input": { "alias": null, "name": null } })).await;
        let changed = &changed["updateTenant"];
        assert_eq!((&changed["alias"], &changed["name"]), (&Value::Null, &json!("factory-a")));
        assert_eq!((&changed["route"], &changed["attributes"]), (&json!("factory_A"), &json!({ "floor": 1 })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_platform_looks_into_a_tenant_that_is_held_still() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let (boss, admin) = (plant.tenant_admin("boss", tenant).await, plant.admin());
        plant.data(&boss, SHOW, json!({ "id": tenant })).await;
        let freeze = "mutation($id: ID!) { freezeTenant(id: $id) { status } }";
        assert_eq!(plant.refusal(&boss, freeze, json!({ "id": tenant })).await, "forbidden");
        plant.data(&admin, freeze, json!({ "id": tenant })).await;
        assert_eq!(plant.refusal(&boss, SHOW, json!({ "id": tenant })).await, "forbidden");
        assert_eq!(
            plant.data(&admin, SHOW, json!({ "id": tenant })).await["tenant"]["status"],
            json!("frozen")
        );
        for id in [Uuid::from_u128(9), tenant] {
            let refusal = plant.refusal(&boss, UPDATE, json!({ "id": id, "input": { "name": "x" } })).await;
            assert_eq!(refusal, "forbidden");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_tenant_is_gone_for_everybody_and_its_name_is_free() {
    on_both(async |plant| {
        let (tenant, admin) = (plant.tenant("plant-a").await, plant.admin());
        plant.person("anna", Some(tenant)).await;
        let login = plant.login("anna", SECRET).await;
        plant.data(&admin, "mutation($id: ID!) { deleteTenant(id: $id) }", json!({ "id": tenant })).await;
        assert!(plant.recognise(login["token"].as_str().unwrap()).await.is_err());
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "invalid credentials");
        plant.tenant("plant-a").await;
        let list =
            "query($deleted: DeletedFilter) { tenants(deleted: $deleted) { total items { id status } } }";
        let live = plant.data(&admin, list, json!({})).await["tenants"]["total"].take();
        let gone = plant.data(&admin, list, json!({ "deleted": "deleted" })).await["tenants"].take();
        assert_eq!((live, &gone["total"]), (json!(1), &json!(1)));
        assert_eq!(gone["items"][0], json!({ "id": tenant, "status": "deleted" }));
    })
    .await;
}
