//! Giving blocks directly, through the doors.

use serde_json::json;
use uuid::Uuid;

use crate::giving::{POLICY, action, over_tenant, policy, tables_agree};
use crate::harness::{Plant, on_both};

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

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_grants_go_on_after_a_cursor_and_leave_out_who_is_deleted() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        let (mut policies, mut assignments) = (Vec::new(), Vec::new());
        for name in ["ann", "bob", "cid", "dan", "eve"] {
            let one = plant.entity("human", name, Some(tenant)).await;
            let (given, assigned) = (
                plant.give(block, "entity", one, Some(tenant)).await,
                plant.assign(role, one, Some(tenant)).await,
            );
            if name == "cid" {
                let delete = "mutation($id: ID!) { deleteEntity(id: $id) }";
                plant.data(&plant.admin(), delete, json!({ "id": one })).await;
            } else {
                policies.push(given);
                assignments.push(assigned);
            }
        }
        // All were made in the same moment of the plant's clock.
        policies.sort_unstable_by(|one, other| other.cmp(one));
        assignments.sort_unstable_by(|one, other| other.cmp(one));
        let block = format!("permissionBlockId: \"{block}\"");
        let role = format!("roleId: \"{role}\"");
        for (list, named, expected) in
            [("directPolicies", &block, &policies), ("roleAssignments", &role, &assignments)]
        {
            for filter in ["", "tenantId: $t", named, &format!("tenantId: $t, subjectKind: entity, {named}")]
            {
                let (all, total) = every(&plant, list, filter, tenant).await;
                let ours: Vec<Uuid> = all.iter().copied().filter(|id| expected.contains(id)).collect();
                assert_eq!(&ours, expected, "{list}({filter})");
                assert_eq!(all.len(), total, "{list}({filter})");
                assert!(!filter.contains(named.as_str()) || all == ours, "{list}({filter})");
            }
        }
    })
    .await;
}

/// The ids of a list, two at a time, and its total.
async fn every(plant: &Plant, list: &str, filter: &str, tenant: Uuid) -> (Vec<Uuid>, usize) {
    let query = format!(
        "query($t: ID!, $after: String) {{ tenant(id: $t) {{ id }}
            found: {list}(limit: 2, after: $after, {filter}) {{ total nextCursor items {{ id }} }} }}"
    );
    let (mut ids, mut after) = (Vec::new(), json!(null));
    loop {
        let data = plant.data(&plant.admin(), &query, json!({ "t": tenant, "after": after })).await;
        let items = data["found"]["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().parse::<Uuid>().unwrap()));
        after = data["found"]["nextCursor"].clone();
        if after.is_null() {
            return (ids, usize::try_from(data["found"]["total"].as_u64().unwrap()).unwrap());
        }
    }
}
