//! Roles and what they hold, through the doors.

use serde_json::json;
use uuid::Uuid;

use crate::giving::{ASSIGN, REPLACE, action, assignment, over_tenant, tables_agree};
use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_listed_by_name_with_what_they_hold() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let block = plant.block(over_tenant(tenant, &["read", "write"])).await;
        plant.role("zoo", Some(tenant), &[block]).await;
        plant.role("ant", Some(tenant), &[]).await;
        let list = "query($t: ID!, $k: String) { roles(tenantId: $t, derivedKind: $k)
            { total items { name derivedKind permissionBlocks { actions { name } } } } }";
        let data = plant.data(&admin, list, json!({ "t": tenant })).await;
        let roles = data["roles"]["items"].as_array().unwrap();
        let names: Vec<_> = roles.iter().map(|role| role["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["ant", "tenant-admin", "zoo"]);
        assert_eq!(roles[0]["derivedKind"], "empty");
        assert_eq!(roles[1]["permissionBlocks"][0]["actions"].as_array().unwrap().len(), 9);
        let actions = json!([{ "actions": [{ "name": "read" }, { "name": "write" }] }]);
        assert_eq!(roles[2]["permissionBlocks"], actions);
        for (kind, total) in [("simple", 2), ("empty", 1), ("composite", 0)] {
            let data = plant.data(&admin, list, json!({ "t": tenant, "k": kind })).await;
            assert_eq!(data["roles"]["total"], total, "{kind}");
        }
        let text = plant.refusal(&admin, list, json!({ "t": tenant, "k": "nested" })).await;
        assert_eq!(text, "derivedKind must be simple, composite, or empty");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_deleted_grants_nothing() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        let person = plant.entity("human", "ann", Some(tenant)).await;
        plant.assign(role, person, Some(tenant)).await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        assert!(plant.check(person, "read", "resource", channel).await.0);
        plant.data(&admin, "mutation($id: ID!) { deleteRole(id: $id) }", json!({ "id": role })).await;
        assert!(!plant.check(person, "read", "resource", channel).await.0);
        let list = "query($t: ID!, $r: ID) { roleAssignments(tenantId: $t, roleId: $r) { total } }";
        let data = plant.data(&admin, list, json!({ "t": tenant, "r": role })).await;
        assert_eq!(data["roleAssignments"]["total"], 0);
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_of_a_role_belong_to_its_tenant() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let foreign = plant.block(over_tenant(other, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[]).await;
        let text = "role permission blocks must exist and belong to the same tenant as the role";
        for block in [foreign, Uuid::from_u128(404)] {
            let input = json!({ "r": role, "b": [block] });
            assert_eq!(plant.refusal(&admin, REPLACE, input).await, text);
        }
        tables_agree(&plant).await;
    })
    .await;
}

/// Dealing with roles alone is no way to more rights.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_puts_more_into_a_role_than_they_have() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let clerk = plant.person_who_may("clerk", tenant, &["role.manage", "policy.manage", "read"]).await;
        let all = plant.block(over_tenant(tenant, &["read", "manage"])).await;
        let reading = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("mine", Some(tenant), &[]).await;
        assert_eq!(plant.refusal(&clerk, REPLACE, json!({ "r": role, "b": [all] })).await, "forbidden");
        let answer = plant.answer(&clerk, REPLACE, json!({ "r": role, "b": [all] })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "grant.exceeds_grantor");
        plant.data(&clerk, REPLACE, json!({ "r": role, "b": [reading] })).await;
        // A narrower scope than one's own is within it.
        let channels = plant
            .block(json!({ "i": { "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
                "objectType": "channel", "actionIds": [action("read")] } }))
            .await;
        plant.data(&clerk, REPLACE, json!({ "r": role, "b": [reading, channels] })).await;
        let strong = plant.role("strong", Some(tenant), &[all]).await;
        let input = assignment("entity", strong, clerk.caller().entity_id().unwrap(), Some(tenant));
        assert_eq!(plant.refusal(&clerk, ASSIGN, input).await, "forbidden");
        // What is in a role already may stay in it, and go.
        plant.data(&clerk, REPLACE, json!({ "r": strong, "b": [all, reading] })).await;
        plant.data(&clerk, REPLACE, json!({ "r": strong, "b": [reading] })).await;
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_at_the_same_scope_may_be_handed_on() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let make = "mutation { made: createAction(input: { name: \"calibrate\",
            applicability: [{ objectKind: \"resource\" }] }) { id } }";
        let calibrate = plant.made(&admin, make, json!({})).await;
        let input = json!({ "i": { "tenantId": tenant, "scopeMode": "object_kind", "objectKind": "resource",
            "actionIds": [calibrate] } });
        let theirs = plant.block(input.clone()).await;
        let clerk = plant.person_who_may("clerk", tenant, &["policy.manage"]).await;
        let friend = plant.entity("human", "friend", Some(tenant)).await;
        let same = plant.block(input).await;
        let give = crate::giving::policy("entity", same, friend, Some(tenant));
        assert_eq!(plant.refusal(&clerk, crate::giving::POLICY, give.clone()).await, "forbidden");
        plant.give(theirs, "entity", clerk.caller().entity_id().unwrap(), Some(tenant)).await;
        plant.data(&clerk, crate::giving::POLICY, give).await;
        tables_agree(&plant).await;
    })
    .await;
}
