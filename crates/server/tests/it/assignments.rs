//! Giving roles, through the doors.

use serde_json::json;
use uuid::Uuid;

use crate::giving::{ASSIGN, REPLACE, assignment, over_tenant, tables_agree};
use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_holds_a_role_once() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        let person = plant.entity("human", "ann", Some(tenant)).await;
        let first = plant.assign(role, person, Some(tenant)).await;
        assert_eq!(plant.assign(role, person, Some(tenant)).await, first);
        let list = "query($t: ID!, $s: ID) { roleAssignments(tenantId: $t, subjectKind: entity, subjectId: $s)
            { total items { id subjectKind role { name derivedKind permissionBlocks { actions { name } } } } } }";
        let data = plant.data(&admin, list, json!({ "t": tenant, "s": person })).await;
        assert_eq!(
            data["roleAssignments"],
            json!({ "total": 1, "items": [{ "id": first, "subjectKind": "entity", "role": { "name": "reader",
                "derivedKind": "simple", "permissionBlocks": [{ "actions": [{ "name": "read" }] }] } }] })
        );
        let delete = "mutation($id: ID!) { deleteRoleAssignment(id: $id) }";
        plant.data(&admin, delete, json!({ "id": first })).await;
        let text = plant.refusal(&admin, delete, json!({ "id": first })).await;
        assert_eq!(text, format!("role assignment {first} not found"));
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_belong_receive_a_role() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let role = plant.role("reader", Some(tenant), &[]).await;
        let global = plant.role("watcher", None, &[]).await;
        let own = plant.entity("human", "own", Some(tenant)).await;
        let foreign = plant.entity("human", "foreign", Some(other)).await;
        let off = plant.entity("human", "off", Some(tenant)).await;
        plant
            .data(&admin, "mutation($id: ID!) { disableEntity(id: $id) { id } }", json!({ "id": off }))
            .await;
        let crew = plant.group("principal", "crew", Some(other)).await;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let unknown = Uuid::from_u128(404);
        let not_in_use = "assignment references a deleted, disabled, or unknown subject";
        let cases = [
            ("entity", role, unknown, Some(tenant), not_in_use),
            ("entity", role, off, Some(tenant), not_in_use),
            (
                "entity",
                role,
                foreign,
                Some(tenant),
                "tenant assignment subject entity must belong to the tenant",
            ),
            ("entity", global, own, None, "platform assignment cannot target tenant-owned entity"),
            ("group", role, unknown, Some(tenant), "assignment references unknown principal group"),
            ("group", role, hall, Some(tenant), "assignment references unknown principal group"),
            (
                "group",
                role,
                crew,
                Some(tenant),
                "assignment subject principal group must be in the same tenant",
            ),
            ("entity", unknown, own, Some(tenant), "role assignment references unknown role"),
            ("entity", global, own, Some(tenant), "role assignment tenantId must match role tenantId"),
        ];
        for (kind, role, subject, tenant, text) in cases {
            let input = assignment(kind, role, subject, tenant);
            assert_eq!(plant.refusal(&admin, ASSIGN, input.clone()).await, text, "{input}");
        }
        tables_agree(&plant).await;
    })
    .await;
}

/// What a device must not receive, it does not receive through a block over the whole tenant either.
#[tokio::test(flavor = "multi_thread")]
async fn guardrails_look_at_what_a_block_reaches() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let device = plant.entity("device", "sensor", Some(tenant)).await;
        let wide = plant.block(over_tenant(tenant, &["write"])).await;
        let reading = plant.block(over_tenant(tenant, &["read"])).await;
        let strong = plant.role("strong", Some(tenant), &[wide]).await;
        let weak = plant.role("weak", Some(tenant), &[reading]).await;
        let text = "guardrail rejected device receiving write on resource";
        let input = assignment("entity", strong, device, Some(tenant));
        assert_eq!(plant.refusal(&admin, ASSIGN, input).await, text);
        plant.assign(weak, device, Some(tenant)).await;
        assert_eq!(plant.refusal(&admin, REPLACE, json!({ "r": weak, "b": [wide] })).await, text);
        let deny = json!({ "i": { "tenantId": tenant, "scopeMode": "tenant", "effect": "deny",
            "actionIds": [crate::giving::action("write")] } });
        let deny = plant.block(deny).await;
        plant.data(&admin, REPLACE, json!({ "r": weak, "b": [reading, deny] })).await;
        let typed = json!({ "i": { "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
            "objectType": "channel", "actionIds": [crate::giving::action("write")] } });
        let typed = plant.block(typed).await;
        let input = crate::giving::policy("entity", typed, device, Some(tenant));
        let text = "guardrail rejected device receiving write on resource:channel";
        assert_eq!(plant.refusal(&admin, crate::giving::POLICY, input).await, text);
        tables_agree(&plant).await;
    })
    .await;
}
