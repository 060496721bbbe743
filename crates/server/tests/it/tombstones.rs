//! Deleting, bringing back and removing for good: what stays, what comes back, and what is gone with all that named it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{ASSIGN, assignment, over_tenant, tables_agree};
use crate::harness::{Plant, on_both};
use crate::sessions::SECRET;

/// `delete`, `restore` or `purge` of a noun; the first message if it was refused.
async fn does(plant: &Plant, verb: &str, noun: &str, id: Uuid) -> Result<Value, String> {
    let selection = if (verb, noun) == ("restore", "Tenant") { "{ status }" } else { "" };
    let document = format!("mutation($id: ID!) {{ done: {verb}{noun}(id: $id) {selection} }}");
    let mut answer = plant.answer(&plant.admin(), &document, json!({ "id": id })).await;
    match answer["errors"][0]["message"].as_str() {
        Some(text) => Err(text.to_owned()),
        None => Ok(answer["data"]["done"].take()),
    }
}

async fn must(plant: &Plant, verb: &str, noun: &str, id: Uuid) -> Value {
    does(plant, verb, noun, id).await.unwrap_or_else(|text| panic!("{verb}{noun}: {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_deleted_is_brought_back_or_removed() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let things = [
            ("Entity", "entity", plant.entity("device", "meter", Some(tenant)).await),
            ("Group", "group", plant.group("object", "hall", Some(tenant)).await),
            ("Role", "role", plant.role("reader", Some(tenant), &[]).await),
            ("Resource", "resource", plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await),
            ("Tenant", "tenant", plant.tenant("plant-b").await),
        ];
        for (noun, word, id) in things {
            for id in [id, Uuid::from_u128(404)] {
                for verb in ["restore", "purge"] {
                    let text = does(&plant, verb, noun, id).await.unwrap_err();
                    assert_eq!(text, format!("no soft-deleted {word} {id} to {verb}"));
                }
            }
            must(&plant, "delete", noun, id).await;
            must(&plant, "restore", noun, id).await;
            must(&plant, "delete", noun, id).await;
            must(&plant, "purge", noun, id).await;
            let text = does(&plant, "restore", noun, id).await.unwrap_err();
            assert_eq!(text, format!("no soft-deleted {word} {id} to restore"));
        }
        for (noun, word) in
            [("entity", "entity"), ("group", "group"), ("role", "role"), ("resource", "resource")]
        {
            let events = plant.remembered(noun).await;
            for verb in ["restore", "purge"] {
                assert!(events.contains(&format!("{word}.{verb}")), "{word}.{verb} in {events:?}");
            }
        }
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_back_under_a_name_that_is_taken_or_into_a_deleted_tenant() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let taken = "a live record already uses this name; rename the conflicting record before restoring";
        let first = plant.entity("device", "meter", Some(tenant)).await;
        must(&plant, "delete", "Entity", first).await;
        plant.entity("device", "meter", Some(tenant)).await;
        assert_eq!(does(&plant, "restore", "Entity", first).await.unwrap_err(), taken);
        let role = plant.role("reader", Some(tenant), &[]).await;
        must(&plant, "delete", "Role", role).await;
        plant.role("reader", Some(tenant), &[]).await;
        assert_eq!(does(&plant, "restore", "Role", role).await.unwrap_err(), taken);
        let group = plant.group("object", "hall", Some(tenant)).await;
        must(&plant, "delete", "Group", group).await;
        let resource = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        must(&plant, "delete", "Resource", resource).await;
        must(&plant, "delete", "Tenant", tenant).await;
        for (noun, id) in [("Entity", first), ("Role", role), ("Group", group), ("Resource", resource)] {
            let text = does(&plant, "restore", noun, id).await.unwrap_err();
            let noun = noun.to_lowercase();
            assert_eq!(text, format!("the {noun}'s tenant is soft-deleted; restore the tenant first"));
        }
        plant.tenant("plant-a").await;
        assert_eq!(does(&plant, "restore", "Tenant", tenant).await.unwrap_err(), taken);
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_comes_back_grants_again_and_one_that_is_removed_takes_its_own_blocks_along() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        let (own, shared) = (
            plant.block(over_tenant(tenant, &["read"])).await,
            plant.block(over_tenant(tenant, &["write"])).await,
        );
        let role = plant.role("worker", Some(tenant), &[own, shared]).await;
        plant.role("writer", Some(tenant), &[shared]).await;
        let person = plant.entity("human", "ann", Some(tenant)).await;
        let held = plant.assign(role, person, Some(tenant)).await;
        // A block over the assignment itself.
        let over = plant
            .block(json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectId": held,
                "actionIds": [crate::giving::action("policy.manage")] } }))
            .await;
        let over = plant.give(over, "entity", person, Some(tenant)).await;
        must(&plant, "delete", "Role", role).await;
        assert!(!plant.check(person, "read", "resource", channel).await.0);
        must(&plant, "restore", "Role", role).await;
        assert!(plant.check(person, "read", "resource", channel).await.0);
        must(&plant, "delete", "Role", role).await;
        must(&plant, "purge", "Role", role).await;
        assert!(!plant.check(person, "read", "resource", channel).await.0);
        let show = "query($id: ID!) { permissionBlock(id: $id) { id } }";
        let text = plant.refusal(&plant.admin(), show, json!({ "id": own })).await;
        assert_eq!(text, format!("permission block {own} not found"));
        plant.data(&plant.admin(), show, json!({ "id": shared })).await;
        let list = "query($t: ID!) { directPolicies(tenantId: $t) { items { id } } }";
        let left = plant.data(&plant.admin(), list, json!({ "t": tenant })).await.to_string();
        assert!(!left.contains(&over.to_string()), "{left}");
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_removed_is_named_nowhere_any_more() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let (hall, room) =
            (plant.group("object", "hall", Some(tenant)).await, plant.group("object", "room", Some(tenant)).await);
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let hang = "mutation($a: ID!, $b: ID!) { setGroupParent(id: $a, parentId: $b) { id } }";
        plant.data(&admin, hang, json!({ "a": room, "b": hall })).await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        let place = "mutation($r: ID!, $g: ID!) { setResourceParentGroup(resourceId: $r, groupId: $g) { id } }";
        plant.data(&admin, place, json!({ "r": channel, "g": hall })).await;
        let person = plant.entity("human", "ann", Some(tenant)).await;
        let join = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
        plant.data(&admin, join, json!({ "g": crew, "e": person })).await;
        let inside = plant
            .block(json!({ "i": { "tenantId": tenant, "scopeMode": "group_direct_objects", "groupId": hall,
                "objectKind": "resource", "objectType": "channel", "actionIds": [crate::giving::action("read")] } }))
            .await;
        plant.give(inside, "group", crew, Some(tenant)).await;
        assert!(plant.check(person, "read", "resource", channel).await.0);
        must(&plant, "delete", "Group", hall).await;
        assert!(!plant.check(person, "read", "resource", channel).await.0);
        must(&plant, "restore", "Group", hall).await;
        assert!(plant.check(person, "read", "resource", channel).await.0);
        for group in [hall, crew] {
            must(&plant, "delete", "Group", group).await;
            must(&plant, "purge", "Group", group).await;
        }
        let show = "query($r: ID!, $g: ID!, $e: ID!) { resource(id: $r) { parentGroupId } group(id: $g) { parentId }
            entityGroups(entityId: $e) }";
        let left = plant.data(&admin, show, json!({ "r": channel, "g": room, "e": person })).await;
        assert_eq!((&left["resource"]["parentGroupId"], &left["group"]["parentId"]), (&json!(null), &json!(null)));
        assert!(!left["entityGroups"].to_string().contains(&crew.to_string()));
        let list = "query($t: ID!) { directPolicies(tenantId: $t) { total }
            permissionBlocks(tenantId: $t, scopeMode: \"group_direct_objects\") { total } }";
        let left = plant.data(&admin, list, json!({ "t": tenant })).await;
        assert_eq!((&left["directPolicies"]["total"], &left["permissionBlocks"]["total"]), (&json!(0), &json!(0)));
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_comes_back_switched_on_without_what_it_proved_itself_with() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let anna = plant.person("anna", Some(tenant)).await;
        let token = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        let off = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        plant.data(&plant.admin(), off, json!({ "id": anna })).await;
        must(&plant, "delete", "Entity", anna).await;
        assert_eq!(must(&plant, "restore", "Entity", anna).await, json!(true));
        let show =
            "query($id: ID!) { entity(id: $id) { status deletedAt deletedBy } credentials(entityId: $id)
            { items { status } } }";
        let shown = plant.data(&plant.admin(), show, json!({ "id": anna })).await;
        assert_eq!(shown["entity"], json!({ "status": "active", "deletedAt": null, "deletedBy": null }));
        assert_eq!(shown["credentials"]["items"], json!([{ "status": "revoked" }]));
        assert!(plant.recognise(&token).await.is_err());
        assert_eq!(plant.no_login("anna", SECRET, json!({})).await, "invalid credentials");
        must(&plant, "delete", "Entity", anna).await;
        must(&plant, "purge", "Entity", anna).await;
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_is_removed_leaves_no_grant_no_place_and_no_ownership() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let guest = plant.person("guest", None).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        let add =
            "mutation($t: ID!, $e: ID!, $r: ID) { addTenantMember(tenantId: $t, entityId: $e, roleId: $r) }";
        plant.data(&admin, add, json!({ "t": tenant, "e": guest, "r": role })).await;
        let make = "mutation { made: createTenant(input: { name: \"theirs\" }) { id } }";
        let theirs = plant.made(&plant.caller(guest, None), make, json!({})).await;
        let over = plant
            .block(json!({ "i": { "scopeMode": "object", "objectKind": "entity", "objectId": guest,
                "actionIds": [crate::giving::action("read")] } }))
            .await;
        plant.give(over, "entity", crate::harness::ADMIN, None).await;
        let own = "mutation($a: ID!) { addOwnership(ownerId: $a, ownedId: $a) { relation } }";
        plant.data(&admin, own, json!({ "a": guest })).await;
        let channel =
            plant.resource(json!({ "kind": "channel", "tenantId": tenant, "ownerId": guest })).await;
        must(&plant, "delete", "Entity", guest).await;
        must(&plant, "purge", "Entity", guest).await;
        let left = "query($t: ID!, $r: ID!, $c: ID!) { roleAssignments(tenantId: $t, roleId: $r) { total }
            tenantMembers(tenantId: $t, q: \"guest\") { total } directPolicies { items { permissionBlockId } }
            resource(id: $c) { ownerId } }";
        let left = plant.data(&admin, left, json!({ "t": tenant, "r": role, "c": channel })).await;
        assert_eq!(
            (&left["roleAssignments"]["total"], &left["tenantMembers"]["total"]),
            (&json!(0), &json!(0))
        );
        assert!(!left["directPolicies"].to_string().contains(&over.to_string()));
        assert_eq!(left["resource"]["ownerId"], json!(null));
        tables_agree(&plant).await;
        let made = "query($id: ID!) { tenant(id: $id) { createdBy updatedBy } }";
        let made = plant.data(&admin, made, json!({ "id": theirs })).await;
        assert_eq!(made["tenant"], json!({ "createdBy": null, "updatedBy": null }));
        // The name is free, and nothing of the old one comes with it.
        let again = plant.person("guest", None).await;
        assert!(!plant.check(again, "read", "resource", channel).await.0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_comes_back_with_its_passwords_but_without_its_sessions() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let (anna, gone) =
            (plant.person("anna", Some(tenant)).await, plant.person("gone", Some(tenant)).await);
        let token = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        must(&plant, "delete", "Entity", gone).await;
        must(&plant, "delete", "Tenant", tenant).await;
        assert_eq!(must(&plant, "restore", "Tenant", tenant).await["status"], "active");
        assert!(plant.recognise(&token).await.is_err());
        plant.login("anna", SECRET).await;
        assert_eq!(plant.no_login("gone", SECRET, json!({})).await, "invalid credentials");
        must(&plant, "restore", "Entity", gone).await;
        assert_eq!(plant.no_login("gone", SECRET, json!({})).await, "invalid credentials");
        let credentials = "query($id: ID!) { credentials(entityId: $id) { items { status } } }";
        let shown = plant.data(&plant.admin(), credentials, json!({ "id": anna })).await;
        assert_eq!(shown["credentials"]["items"], json!([{ "status": "active" }]));
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_removed_takes_everything_in_it_along_and_nothing_else() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let anna = plant.person("anna", Some(tenant)).await;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let channel = plant
            .resource(json!({ "kind": "channel", "tenantId": tenant, "attributes": { "parent_group_id": hall } }))
            .await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        plant.data(&admin, ASSIGN, assignment("group", role, crew, Some(tenant))).await;
        let join = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
        plant.data(&admin, join, json!({ "g": crew, "e": anna })).await;
        // Somebody of it works elsewhere, and somebody of the platform was granted something in it.
        let foreign = plant.block(over_tenant(other, &["read"])).await;
        let foreign = plant.role("reader", Some(other), &[foreign]).await;
        let add = "mutation($t: ID!, $e: ID!, $r: ID) { addTenantMember(tenantId: $t, entityId: $e, roleId: $r) }";
        plant.data(&admin, add, json!({ "t": other, "e": anna, "r": foreign })).await;
        let over = plant
            .block(json!({ "i": { "scopeMode": "object", "objectKind": "resource", "objectId": channel,
                "actionIds": [crate::giving::action("read")] } }))
            .await;
        let service = plant.entity("service", "probe", None).await;
        plant.give(over, "entity", service, None).await;
        let rule = json!({ "i": { "tenantId": tenant, "entityKind": "device", "actionName": "read",
            "objectKind": "group", "decision": "deny" } });
        let make = "mutation($i: CreateActionAssignmentRuleInput!) { made: createActionAssignmentRule(input: $i) { id } }";
        plant.made(&admin, make, rule).await;
        must(&plant, "delete", "Tenant", tenant).await;
        must(&plant, "purge", "Tenant", tenant).await;
        tables_agree(&plant).await;
        let count = "query($t: ID!, $r: ID!) { entities(deleted: all, tenantId: $t) { total }
            resources(deleted: all, tenantId: $t) { total } groups(deleted: all, tenantId: $t) { total }
            roles(deleted: all, tenantId: $t) { total } permissionBlocks(tenantId: $t) { total }
            roleAssignments(roleId: $r) { total } tenants(deleted: all) { items { id } } }";
        let left = plant.data(&admin, count, json!({ "t": tenant, "r": foreign })).await;
        for list in ["entities", "resources", "groups", "roles", "permissionBlocks", "roleAssignments"] {
            assert_eq!(left[list]["total"], 0, "{list}");
        }
        assert_eq!(left["tenants"]["items"], json!([{ "id": other }]));
        let members = "query($t: ID!) { tenantMembers(tenantId: $t, q: \"anna\") { total } }";
        assert_eq!(plant.data(&admin, members, json!({ "t": other })).await["tenantMembers"]["total"], 0);
        assert!(plant.remembered("tenant").await.contains(&"tenant.purge".to_owned()));
    })
    .await;
}

/// What is held still is not out of reach of those who run the platform.
#[tokio::test(flavor = "multi_thread")]
async fn administrators_of_the_platform_look_after_what_is_frozen_or_switched_off() {
    on_both(async |plant| {
        let admin = plant.admin();
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let crew = plant.group("principal", "crew", Some(tenant)).await;
        let block = plant.block(over_tenant(tenant, &["read"])).await;
        let role = plant.role("reader", Some(tenant), &[block]).await;
        let held = plant.assign(role, meter, Some(tenant)).await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
        let off = "mutation($id: ID!) { disableEntity(id: $id) { status } }";
        plant.data(&admin, off, json!({ "id": meter })).await;
        let freeze = "mutation($id: ID!) { freezeTenant(id: $id) { status } }";
        plant.data(&admin, freeze, json!({ "id": tenant })).await;
        let read = "query($t: ID!, $e: ID!, $g: ID!, $r: ID!, $c: ID!) { tenant(id: $t) { status }
            entity(id: $e) { status } group(id: $g) { id } role(id: $r) { id } resource(id: $c) { id }
            roleAssignments(tenantId: $t) { total } permissionBlocks(tenantId: $t) { total } }";
        let all = json!({ "t": tenant, "e": meter, "g": crew, "r": role, "c": channel });
        let seen = plant.data(&admin, read, all).await;
        assert_eq!(
            (&seen["tenant"]["status"], &seen["entity"]["status"]),
            (&json!("frozen"), &json!("inactive"))
        );
        let changes = [
            ("mutation($id: ID!) { updateEntity(id: $id, input: { name: \"meter-2\" }) { id } }", meter),
            ("mutation($id: ID!) { updateGroup(id: $id, input: { name: \"crew-2\" }) { id } }", crew),
            ("mutation($id: ID!) { updateRole(id: $id, input: { name: \"reader-2\" }) { id } }", role),
            ("mutation($id: ID!) { updateResource(id: $id, input: { name: \"c\" }) { id } }", channel),
            ("mutation($id: ID!) { deleteRoleAssignment(id: $id) }", held),
            ("mutation($id: ID!) { deleteResource(id: $id) }", channel),
            ("mutation($id: ID!) { deleteGroup(id: $id) }", crew),
            ("mutation($id: ID!) { deleteEntity(id: $id) }", meter),
        ];
        for (change, id) in changes {
            assert_eq!(plant.refusal(&boss, change, json!({ "id": id })).await, "forbidden", "{change}");
            plant.data(&admin, change, json!({ "id": id })).await;
        }
        // Nothing begins in it.
        let make = "mutation($t: ID!) { createRole(input: { name: \"new\", tenantId: $t }) { id } }";
        assert_eq!(plant.refusal(&admin, make, json!({ "t": tenant })).await, "forbidden");
        tables_agree(&plant).await;
    })
    .await;
}
