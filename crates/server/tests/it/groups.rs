//! Groups, their hierarchy and their members, through the doors.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{over_tenant, tables_agree};
use crate::harness::{Plant, on_both};

const PARENT: &str = "mutation($a: ID!, $b: ID!) { done: setGroupParent(id: $a, parentId: $b) { parentId } }";
const MEMBER: &str = "mutation($g: ID!, $e: ID!) { done: addGroupMember(groupId: $g, entityId: $e) }";

fn pair(child: Uuid, parent: Uuid) -> Value {
    json!({ "a": child, "b": parent })
}

fn member(group: Uuid, entity: Uuid) -> Value {
    json!({ "g": group, "e": entity })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_lives_and_is_found() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let make = "mutation($i: CreateGroupInput!) { createGroup(input: $i) { id } }";
        for (flavour, text) in [
            (json!(null), "groupType is required: use object or principal"),
            (json!("team"), "groupType must be either 'object' or 'principal'"),
        ] {
            let input = json!({ "i": { "name": "x", "tenantId": tenant, "groupType": flavour } });
            assert_eq!(plant.refusal(&admin, make, input).await, text);
        }
        let twice = json!({ "i": { "name": "hall", "tenantId": tenant, "groupType": "object" } });
        assert_eq!(plant.refusal(&admin, make, twice).await, "already exists");

        let update = "mutation($id: ID!, $i: UpdateGroupInput!) { updateGroup(id: $id, input: $i)
            { description status groupType name attributes } }";
        let input = json!({ "id": hall, "i": { "description": "north", "attributes": { "floor": 1 } } });
        plant.data(&admin, update, input).await;
        let data = plant.data(&admin, update, json!({ "id": hall, "i": { "description": " " } })).await;
        assert_eq!(
            data["updateGroup"],
            json!({ "description": null, "status": "active", "groupType": "object", "name": "hall",
                "attributes": { "floor": 1 } })
        );

        let list = "query($t: ID!, $o: Int) { objectGroups(tenantId: $t, offset: $o) { total items { id } }
            principalGroups(tenantId: $t) { items { id } } groups(tenantId: $t, q: \"HAL\") { total } }";
        let data = plant.data(&admin, list, json!({ "t": tenant, "o": 0 })).await;
        assert_eq!(data["objectGroups"], json!({ "total": 1, "items": [{ "id": hall }] }));
        assert_eq!(data["principalGroups"]["items"], json!([{ "id": crew }]));
        assert_eq!(data["groups"]["total"], 1);
        let data = plant.data(&admin, list, json!({ "t": tenant, "o": 7 })).await;
        assert_eq!(data["objectGroups"], json!({ "total": 1, "items": [] }));

        plant.data(&admin, "mutation($id: ID!) { deleteGroup(id: $id) }", json!({ "id": hall })).await;
        let text =
            plant.refusal(&admin, "query($id: ID!) { group(id: $id) { id } }", json!({ "id": hall })).await;
        assert_eq!(text, format!("group {hall} not found"));
        let deleted = "query($t: ID!) { groups(tenantId: $t, deleted: deleted) { items { id deletedAt } } }";
        let data = plant.data(&admin, deleted, json!({ "t": tenant })).await;
        assert_eq!(data["groups"]["items"][0]["id"], json!(hall));
        // Its name is free again.
        plant.group("object", "hall", Some(tenant)).await;

        let stranger = plant.entity("human", "stranger", None).await;
        let query = "query($id: ID!) { group(id: $id) { id } }";
        for id in [crew, Uuid::from_u128(404)] {
            let caller = plant.caller(stranger, None);
            assert_eq!(plant.refusal(&caller, query, json!({ "id": id })).await, "forbidden");
        }
        let nobody = plant.nobody();
        assert_eq!(plant.refusal(&nobody, query, json!({ "id": crew })).await, "missing authentication");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hierarchy_has_one_flavour_one_tenant_and_no_circles() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let mut chain = Vec::new();
        for number in 0..4 {
            chain.push(plant.group("object", &format!("level-{number}"), Some(tenant)).await);
        }
        for two in chain.windows(2) {
            plant.data(&admin, PARENT, pair(two[1], two[0])).await;
        }
        let elsewhere = plant.group("object", "elsewhere", Some(other)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let unknown = Uuid::from_u128(404);
        for (child, parent, text) in [
            (chain[0], chain[0], "group cannot be its own parent".to_owned()),
            (chain[0], chain[3], "group hierarchy cycle detected".to_owned()),
            (chain[0], elsewhere, "parent and child groups must belong to the same tenant".to_owned()),
            (chain[0], crew, "parent and child groups must have the same group type".to_owned()),
            (chain[0], unknown, format!("parent group {unknown} not found")),
        ] {
            assert_eq!(plant.refusal(&admin, PARENT, pair(child, parent)).await, text);
        }
        let children = "query($id: ID!) { childGroups(parentId: $id) { items { id } } }";
        let data = plant.data(&admin, children, json!({ "id": chain[0] })).await;
        assert_eq!(data["childGroups"]["items"], json!([{ "id": chain[1] }]));
        let remove = "mutation($id: ID!) { removeGroupParent(id: $id) }";
        plant.data(&admin, remove, json!({ "id": chain[1] })).await;
        plant.data(&admin, PARENT, pair(chain[0], chain[3])).await;
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moves_at_once_make_no_circle() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        for round in 0..5 {
            let a = plant.group("object", &format!("a{round}"), Some(tenant)).await;
            let b = plant.group("object", &format!("b{round}"), Some(tenant)).await;
            let admin = plant.admin();
            let moves = [plant.answer(&admin, PARENT, pair(a, b)), plant.answer(&admin, PARENT, pair(b, a))];
            let [one, two] = moves;
            let (one, two) = tokio::join!(one, two);
            let failed = [one, two].iter().filter(|answer| answer.get("errors").is_some()).count();
            assert_eq!(failed, 1);
        }
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_principal_group_comes_only_under_one_that_the_mover_manages_too() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let weak = plant.group("principal", "weak", Some(tenant)).await;
        let strong = plant.group("principal", "strong", Some(tenant)).await;
        let mover = plant.entity("human", "mover", Some(tenant)).await;
        let on = |group: Uuid, action: &str| {
            json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": "group",
                "objectId": group, "actionIds": [crate::giving::action(action)] } })
        };
        let manage_weak = plant.block(on(weak, "manage")).await;
        plant.give(manage_weak, "entity", mover, Some(tenant)).await;
        let caller = plant.caller(mover, Some(tenant));
        // What the mover may not even read is not found.
        let text = plant.refusal(&caller, PARENT, pair(weak, strong)).await;
        assert_eq!(text, format!("parent group {strong} not found"));
        let read_strong = plant.block(on(strong, "read")).await;
        plant.give(read_strong, "entity", mover, Some(tenant)).await;
        assert_eq!(plant.refusal(&caller, PARENT, pair(weak, strong)).await, "forbidden");
        let manage_strong = plant.block(on(strong, "manage")).await;
        plant.give(manage_strong, "entity", mover, Some(tenant)).await;
        plant.data(&caller, PARENT, pair(weak, strong)).await;
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_receive_what_their_groups_hold_and_belong_to_the_tenant() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let all = plant.group("principal", "all", Some(tenant)).await;
        plant.data(&admin, PARENT, pair(crew, all)).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        plant.give(block, "group", all, Some(tenant)).await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;

        let own = plant.entity("human", "own", Some(tenant)).await;
        let foreign = plant.entity("human", "foreign", Some(other)).await;
        let guest = plant.entity("human", "guest", None).await;
        let text = "group member must belong to the tenant of the group";
        assert_eq!(plant.refusal(&admin, MEMBER, member(crew, foreign)).await, text);
        assert_eq!(plant.refusal(&admin, MEMBER, member(crew, guest)).await, text);
        let join = "mutation($t: ID!, $e: ID!) { addTenantMember(tenantId: $t, entityId: $e) }";
        plant.data(&admin, join, json!({ "t": tenant, "e": guest })).await;
        for entity in [own, guest] {
            assert!(!plant.check(entity, "read", "resource", channel).await.0);
            plant.data(&admin, MEMBER, member(crew, entity)).await;
            plant.data(&admin, MEMBER, member(crew, entity)).await;
            assert!(plant.check(entity, "read", "resource", channel).await.0);
        }
        let groups = "query($e: ID!) { entityGroups(entityId: $e) }";
        let everybody = atoll_access::seed::AUTHENTICATED_USERS;
        let data = plant.data(&admin, groups, json!({ "e": own })).await;
        assert_eq!(data["entityGroups"], json!([everybody, crew]));

        let halls = plant.group("object", "halls", Some(tenant)).await;
        let not_in_use = "group membership requires a live active group and entity";
        assert_eq!(plant.refusal(&admin, MEMBER, member(halls, own)).await, not_in_use);
        assert_eq!(plant.refusal(&admin, MEMBER, member(crew, Uuid::from_u128(404))).await, not_in_use);

        let remove = "mutation($g: ID!, $e: ID!) { removeGroupMember(groupId: $g, entityId: $e) }";
        plant.data(&admin, remove, member(crew, own)).await;
        assert!(!plant.check(own, "read", "resource", channel).await.0);
        let leave = "mutation($t: ID!, $e: ID!) { removeTenantMember(tenantId: $t, entityId: $e) }";
        plant.data(&admin, leave, json!({ "t": tenant, "e": guest })).await;
        assert!(!plant.check(guest, "read", "resource", channel).await.0);
        tables_agree(&plant).await;
    })
    .await;
}

/// A device must not receive `manage` on resources, whichever way it would come.
#[tokio::test(flavor = "multi_thread")]
async fn guardrails_see_through_groups() {
    on_both(async |plant: Plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let device = plant.entity("device", "sensor", Some(tenant)).await;
        let strong = plant.group("principal", "strong", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["manage"])).await;
        let role = plant.role("boss", Some(tenant), &[block]).await;
        let give = crate::giving::assignment("group", role, strong, Some(tenant));
        plant.made(&admin, crate::giving::ASSIGN, give).await;
        let text = "guardrail rejected device receiving manage on resource";
        assert_eq!(plant.refusal(&admin, MEMBER, member(strong, device)).await, text);
        let below = plant.group("principal", "below", Some(tenant)).await;
        plant.data(&admin, MEMBER, member(below, device)).await;
        assert_eq!(plant.refusal(&admin, PARENT, pair(below, strong)).await, text);
        tables_agree(&plant).await;
    })
    .await;
}

/// A place that is closed lets nobody in, whoever was given what lies there.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_a_group_that_is_not_in_use_is_not_opened_through_it() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let channel = plant
            .resource(json!({ "kind": "channel", "tenantId": tenant, "attributes": { "parent_group_id": hall } }))
            .await;
        let device = plant.entity("device", "meter", Some(tenant)).await;
        let block = plant
            .block(json!({ "i": { "tenantId": tenant, "scopeMode": "group_direct_objects", "groupId": hall,
                "objectKind": "resource", "objectType": "channel", "actionIds": [crate::giving::action("read")] } }))
            .await;
        plant.give(block, "entity", device, Some(tenant)).await;
        let seen = async || {
            let list = "query($s: ID!) { found: authorizedObjectIds(input: { subjectId: $s, action: \"read\",
                objectKind: \"resource\" }) { total } }";
            let listed = plant.data(&admin, list, json!({ "s": device })).await["found"]["total"] == 1;
            assert_eq!(listed, plant.check(device, "read", "resource", channel).await.0);
            listed
        };
        assert!(seen().await);
        for (shut, open) in [
            ("disableGroup(id: $id) { id }", "enableGroup(id: $id) { id }"),
            ("suspendGroup(id: $id) { id }", "enableGroup(id: $id) { id }"),
            ("deleteGroup(id: $id)", "restoreGroup(id: $id)"),
        ] {
            for (change, expected) in [(shut, false), (open, true)] {
                let change = format!("mutation($id: ID!) {{ {change} }}");
                plant.data(&admin, &change, json!({ "id": hall })).await;
                assert_eq!(seen().await, expected, "{change}");
            }
        }
    })
    .await;
}
