//! Resources and where they lie, through the doors.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::tables_agree;
use crate::harness::{Plant, on_both};

async fn listed(plant: &Plant, arguments: &str) -> Vec<String> {
    let query = format!("{{ resources({arguments}) {{ total items {{ name }} }} }}");
    let data = plant.data(&plant.admin(), &query, json!({})).await;
    let items = data["resources"]["items"].as_array().unwrap();
    assert_eq!(data["resources"]["total"], items.len());
    let mut names: Vec<String> =
        items.iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_are_found_by_what_they_are_and_where_they_lie() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let (top, below) = (
            plant.group("object", "top", Some(tenant)).await,
            plant.group("object", "below", Some(tenant)).await,
        );
        let parent = "mutation($a: ID!, $b: ID!) { setGroupParent(id: $a, parentId: $b) { id } }";
        plant.data(&plant.admin(), parent, json!({ "a": below, "b": top })).await;
        let make = async |name: &str, kind: &str, attributes: Value| {
            let input = json!({ "kind": kind, "name": name, "tenantId": tenant, "attributes": attributes });
            plant.resource(input).await
        };
        make("one", "channel", json!({ "site": { "floor": 1 }, "tags": ["a", "b"], "parent_group_id": top }))
            .await;
        make("two", "resource:channel", json!({ "site": { "floor": 2 }, "parent_group_id": below })).await;
        make("three", "rule", json!({ "site": { "floor": 1.0 } })).await;
        let of = format!("tenantId: \"{tenant}\"");
        assert_eq!(listed(&plant, &format!("{of}, kind: \"resource:channel\"")).await, ["one", "two"]);
        assert_eq!(listed(&plant, &format!("{of}, kind: \"rule\"")).await, ["three"]);
        assert_eq!(listed(&plant, &format!("{of}, parentGroupId: \"{top}\"")).await, ["one"]);
        let deep = format!("{of}, parentGroupId: \"{top}\", includeDescendants: true");
        assert_eq!(listed(&plant, &deep).await, ["one", "two"]);
        let floor = format!("{of}, attributesContains: {{ site: {{ floor: 1 }} }}");
        assert_eq!(listed(&plant, &floor).await, ["one", "three"]);
        assert_eq!(listed(&plant, &format!("{of}, attributesContains: {{ tags: [\"b\"] }}")).await, ["one"]);
        assert_eq!(listed(&plant, &format!("{of}, q: \"THR\"")).await, ["three"]);
        let kinds = format!("{{ resourceKinds({of}) }}");
        let data = plant.data(&plant.admin(), &kinds, json!({})).await;
        assert_eq!(data["resourceKinds"], json!(["channel", "rule"]));
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_lies_in_one_group_of_its_tenant() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let yard = plant.group("object", "yard", Some(tenant)).await;
        let elsewhere = plant.group("object", "hall", Some(other)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let mine = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        let global = plant.resource(json!({ "kind": "channel" })).await;
        let set = "mutation($r: ID!, $g: ID!) { done: setResourceParentGroup(resourceId: $r, groupId: $g)
            { parentGroupId } }";
        let place = |resource: Uuid, group: Uuid| json!({ "r": resource, "g": group });
        for (resource, group, text) in [
            (global, hall, "platform resource cannot be placed in a group"),
            (mine, elsewhere, "resource and parent group must belong to the same tenant"),
            (mine, crew, "resource parent group reference is invalid"),
        ] {
            assert_eq!(plant.refusal(&admin, set, place(resource, group)).await, text);
        }
        for group in [hall, yard, yard] {
            let data = plant.data(&admin, set, place(mine, group)).await;
            assert_eq!(data["done"]["parentGroupId"], json!(group));
        }
        let update =
            "mutation($id: ID!, $a: JSON!) { done: updateResource(id: $id, input: { attributes: $a })
            { parentGroupId } }";
        let data = plant.data(&admin, update, json!({ "id": mine, "a": { "x": 1 } })).await;
        assert_eq!(data["done"]["parentGroupId"], json!(yard));
        let data = plant.data(&admin, update, json!({ "id": mine, "a": { "parent_group_id": null } })).await;
        assert_eq!(data["done"]["parentGroupId"], json!(null));
        let bad = json!({ "id": mine, "a": { "parent_group_id": "hall" } });
        assert_eq!(plant.refusal(&admin, update, bad).await, "parent_group_id must be a UUID");
        let stranger = plant.caller(plant.entity("human", "eve", None).await, None);
        assert_eq!(plant.refusal(&stranger, set, place(mine, hall)).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_resource_frees_its_alias_and_is_not_found() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let input = json!({ "kind": "channel", "alias": " Pump-1 ", "tenantId": tenant });
        let first = plant.resource(input.clone()).await;
        let make = "mutation($i: CreateResourceInput!) { createResource(input: $i) { id } }";
        assert_eq!(plant.refusal(&admin, make, json!({ "i": input })).await, "already exists");
        plant.data(&admin, "mutation($id: ID!) { deleteResource(id: $id) }", json!({ "id": first })).await;
        let query = "query($id: ID!) { resource(id: $id) { alias } }";
        let text = plant.refusal(&admin, query, json!({ "id": first })).await;
        assert_eq!(text, format!("resource {first} not found"));
        let second = plant.resource(input).await;
        let data = plant.data(&admin, query, json!({ "id": second })).await;
        assert_eq!(data["resource"]["alias"], "pump-1");
        let input = json!({ "i": { "kind": "channel", "tenantId": Uuid::from_u128(404) } });
        assert_eq!(plant.refusal(&admin, make, input).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}
