//! Giving blocks directly, through the doors.

use serde_json::json;
use uuid::Uuid;

use crate::giving::{POLICY, action, over_tenant, policy, tables_agree};
use crate::harness::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_holds_a_block_once_and_the_block_goes_with_its_last_holder() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let (ann, bob) = (
            plant.entity("human", "ann", Some(tenant)).await,
            plant.entity("human", "bob", Some(tenant)).await,
        );
        let first = plant.give(block, "entity", ann, Some(tenant)).await;
        assert_eq!(plant.give(block, "entity", ann, Some(tenant)).await, first);
        let second = plant.give(block, "entity", bob, Some(tenant)).await;
        let list = "query($t: ID!, $b: ID) { directPolicies(tenantId: $t, permissionBlockId: $b)
            { total items { permissionBlock { actions { name } } } } }";
        let data = plant.data(&admin, list, json!({ "t": tenant, "b": block })).await;
        assert_eq!(data["directPolicies"]["total"], 2);
        assert_eq!(
            data["directPolicies"]["items"][0]["permissionBlock"]["actions"],
            json!([{ "name": "read" }])
        );
        let delete = "mutation($id: ID!) { deleteDirectPolicy(id: $id) }";
        let find = "query($id: ID!) { permissionBlock(id: $id) { id } }";
        plant.data(&admin, delete, json!({ "id": first })).await;
        plant.data(&admin, find, json!({ "id": block })).await;
        // A block over the policy goes with it, and so does the policy of that block.
        let about = json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": "policy",
            "objectId": second, "actionIds": [action("policy.manage")] } });
        let about = plant.block(about).await;
        let third = plant.give(about, "entity", ann, Some(tenant)).await;
        plant.data(&admin, delete, json!({ "id": second })).await;
        for gone in [block, about] {
            let text = plant.refusal(&admin, find, json!({ "id": gone })).await;
            assert_eq!(text, format!("permission block {gone} not found"));
        }
        let text = plant.refusal(&admin, delete, json!({ "id": third })).await;
        assert_eq!(text, format!("direct policy {third} not found"));
        let world = plant.ground().decisions().world().unwrap();
        assert!(
            world
                .object_tenant(atoll_policy::ObjectRef::new(atoll_policy::ObjectKind::Policy, third))
                .is_none()
        );
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_is_there_and_of_the_same_tenant() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let foreign = plant.block(over_tenant(other, &["read"])).await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        for (block, text) in [
            (Uuid::from_u128(404), "direct policy references unknown permission block"),
            (foreign, "direct policy tenantId must match permission block tenantId"),
        ] {
            let input = policy("entity", block, ann, Some(tenant));
            assert_eq!(plant.refusal(&admin, POLICY, input).await, text);
        }
        // Nobody gives away what they do not have.
        let clerk = plant.person_who_may("clerk", tenant, &["policy.manage"]).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let input = policy("entity", block, ann, Some(tenant));
        assert_eq!(plant.refusal(&clerk, POLICY, input).await, "forbidden");
        let stranger = plant.person_who_may("stranger", other, &["policy.manage", "read"]).await;
        let input = policy("entity", block, ann, Some(tenant));
        assert_eq!(plant.refusal(&stranger, POLICY, input).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}
