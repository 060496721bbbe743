//! Working in a tenant that is not one's home.

use serde_json::json;
use uuid::Uuid;

use crate::giving::{over_tenant, tables_agree};
use crate::harness::on_both;

const ADD: &str =
    "mutation($t: ID!, $e: ID!, $r: ID) { addTenantMember(tenantId: $t, entityId: $e, roleId: $r) }";
const REMOVE: &str = "mutation($t: ID!, $e: ID!) { removeTenantMember(tenantId: $t, entityId: $e) }";
const MEMBERS: &str =
    "query($t: ID!, $q: String) { tenantMembers(tenantId: $t, q: $q) { total items { id name } } }";

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_added_by_somebody_who_may_not_see_them() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let anna = plant.entity("human", "anna", None).await;
        for entity in [anna, Uuid::from_u128(9)] {
            assert_eq!(plant.refusal(&boss, ADD, json!({ "t": tenant, "e": entity })).await, "forbidden");
        }
        for _ in 0..2 {
            plant.data(&plant.admin(), ADD, json!({ "t": tenant, "e": anna })).await;
        }
        let shown =
            plant.data(&boss, MEMBERS, json!({ "t": tenant, "q": "ANN" })).await["tenantMembers"].take();
        assert_eq!(shown, json!({ "total": 1, "items": [{ "id": anna, "name": "anna" }] }));
        assert_eq!(
            plant.refusal(&plant.caller(anna, None), MEMBERS, json!({ "t": tenant })).await,
            "forbidden"
        );
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        let carla = plant.entity("human", "carla", None).await;
        plant.data(&plant.admin(), disable, json!({ "id": carla })).await;
        let refusal = plant.refusal(&plant.admin(), ADD, json!({ "t": tenant, "e": carla })).await;
        assert_eq!(refusal, format!("active entity {carla} not found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_leaves_keeps_nothing() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let anna = plant.entity("human", "anna", None).await;
        let roles = "query($id: ID!) { roles(tenantId: $id) { items { id } } }";
        let role = plant.data(&boss, roles, json!({ "id": tenant })).await["roles"]["items"][0]["id"].take();
        plant.data(&plant.admin(), ADD, json!({ "t": tenant, "e": anna, "r": role })).await;
        let block = plant.block(over_tenant(tenant, &["write"])).await;
        plant.give(block, "entity", anna, Some(tenant)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let join = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
        plant.data(&plant.admin(), join, json!({ "g": crew, "e": anna })).await;
        let own = plant.caller(anna, None);
        let show = "query($id: ID!) { tenant(id: $id) { name } }";
        plant.data(&own, show, json!({ "id": tenant })).await;
        plant.data(&boss, REMOVE, json!({ "t": tenant, "e": anna })).await;
        assert_eq!(plant.refusal(&own, show, json!({ "id": tenant })).await, "forbidden");
        let refusal = plant.refusal(&boss, REMOVE, json!({ "t": tenant, "e": anna })).await;
        assert_eq!(refusal, "tenant member not found");
        let held = "query($t: ID!, $s: ID!, $g: ID!) { roleAssignments(tenantId: $t, subjectId: $s) { total }
            directPolicies(tenantId: $t, subjectId: $s) { total } groupMembers(groupId: $g) { id } }";
        let left = plant.data(&boss, held, json!({ "t": tenant, "s": anna, "g": crew })).await;
        assert_eq!(left["roleAssignments"]["total"], json!(0));
        assert_eq!(left["directPolicies"]["total"], json!(0));
        assert_eq!(left["groupMembers"], json!([]));
        tables_agree(&plant).await;
    })
    .await;
}
