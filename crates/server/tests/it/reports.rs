//! Reports: who has what and through which groups.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{ASSIGN, action, assignment, over_tenant, tables_agree};
use crate::harness::{ADMIN, Plant, on_both};

const JOIN: &str = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
const HANG: &str = "mutation($a: ID!, $b: ID!) { setGroupParent(id: $a, parentId: $b) { id } }";
const ACCESS: &str =
    "total items { subjectKind subjectId subjectName paths grants { sourceKind sourceId roleName
    permissionBlock { id effect } } }";

/// A tenant in which Ann has the role `reader` herself and through the group above hers, Bob through his group, and
/// nobody else.
struct Crew {
    tenant: Uuid,
    ann: Uuid,
    bob: Uuid,
    all: Uuid,
    night: Uuid,
    role: Uuid,
}

async fn crew(plant: &Plant) -> Crew {
    let admin = plant.admin();
    let tenant = plant.tenant("plant-a").await;
    let (ann, bob) =
        (plant.entity("human", "ann", Some(tenant)).await, plant.entity("device", "bob", Some(tenant)).await);
    plant.entity("human", "eve", Some(tenant)).await;
    let (all, night) = (
        plant.group("principal", "all", Some(tenant)).await,
        plant.group("principal", "night", Some(tenant)).await,
    );
    plant.data(&admin, HANG, json!({ "a": night, "b": all })).await;
    plant.data(&admin, JOIN, json!({ "g": night, "e": ann })).await;
    plant.data(&admin, JOIN, json!({ "g": all, "e": bob })).await;
    let block = plant.block(over_tenant(tenant, &["read", "subscribe"])).await;
    let role = plant.role("reader", Some(tenant), &[block]).await;
    plant.assign(role, ann, Some(tenant)).await;
    plant.data(&admin, ASSIGN, assignment("group", role, all, Some(tenant))).await;
    Crew { tenant, ann, bob, all, night, role }
}

async fn show(plant: &Plant, query: &str, variables: Value) -> Value {
    let mut data = plant.data(&plant.admin(), query, variables).await;
    data["found"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn holders_of_a_role_are_told_with_the_groups_it_comes_through() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let query = "query($r: ID!, $l: Int, $o: Int) { found: roleHolders(roleId: $r, limit: $l, offset: $o)
            { total items { entityName entityKind entityStatus paths } } }";
        let found = show(&plant, query, json!({ "r": crew.role })).await;
        let ann = json!({ "entityName": "ann", "entityKind": "human", "entityStatus": "active",
            "paths": ["direct", "group:all -> night"] });
        let bob = json!({ "entityName": "bob", "entityKind": "device", "entityStatus": "active", "paths": ["group:all"] });
        assert_eq!(found, json!({ "total": 2, "items": [ann, bob] }));
        let page = show(&plant, query, json!({ "r": crew.role, "l": 1, "o": 1 })).await;
        assert_eq!(page, json!({ "total": 2, "items": [bob] }));
        let off = "mutation($id: ID!) { disableGroup(id: $id) { id } }";
        plant.data(&plant.admin(), off, json!({ "id": crew.all })).await;
        let found = show(&plant, query, json!({ "r": crew.role })).await;
        assert_eq!((&found["total"], &found["items"][0]["paths"]), (&json!(1), &json!(["direct"])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn my_roles_in_a_tenant_come_with_their_actions_and_paths() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let query = "query($t: ID!) { found: myTenantRoles(tenantId: $t) { roleId roleName actions assignmentPaths } }";
        let block = plant.block(over_tenant(crew.tenant, &["manage"])).await;
        let role = plant.role("again", Some(crew.tenant), &[block]).await;
        let gone = plant.role("gone", Some(crew.tenant), &[block]).await;
        for role in [role, gone] {
            plant.assign(role, crew.ann, Some(crew.tenant)).await;
        }
        plant.data(&plant.admin(), "mutation($id: ID!) { deleteRole(id: $id) }", json!({ "id": gone })).await;
        let ann = plant.caller(crew.ann, Some(crew.tenant));
        let found = plant.data(&ann, query, json!({ "t": crew.tenant })).await["found"].take();
        assert_eq!(
            found,
            json!([
                { "roleId": role, "roleName": "again", "actions": ["manage"], "assignmentPaths": ["direct"] },
                // Everybody who signs in may make tenants.
                { "roleId": found[1]["roleId"], "roleName": "domain-creator", "actions": ["create"],
                    "assignmentPaths": ["group:authenticated-users"] },
                { "roleId": crew.role, "roleName": "reader", "actions": ["read", "subscribe"],
                    "assignmentPaths": ["direct", "group:all -> night"] },
            ])
        );
        let stranger = plant.caller(plant.entity("human", "stranger", None).await, None);
        for tenant in [crew.tenant, Uuid::from_u128(404)] {
            assert_eq!(plant.refusal(&stranger, query, json!({ "t": tenant })).await, "forbidden");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn my_actions_are_those_of_the_platform_and_of_the_tenant_asked_about() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let block = plant.block(over_tenant(crew.tenant, &["manage"])).await;
        let role = plant.role("keeper", Some(crew.tenant), &[block]).await;
        plant.assign(role, crew.ann, Some(crew.tenant)).await;
        let query = "query($t: ID) { found: myActions(tenantId: $t) }";
        let asked = async |ctx: &_, tenant: Option<Uuid>| {
            plant.data(ctx, query, json!({ "t": tenant })).await["found"].take()
        };
        let ann = plant.caller(crew.ann, Some(crew.tenant));
        // Everybody who signs in may make tenants.
        assert_eq!(asked(&ann, None).await, json!(["create"]));
        let there = asked(&ann, Some(crew.tenant)).await;
        assert!(there.as_array().unwrap().contains(&json!("manage")), "{there}");
        let elsewhere = plant.tenant("elsewhere").await;
        for tenant in [elsewhere, Uuid::from_u128(404)] {
            assert_eq!(asked(&ann, Some(tenant)).await, json!(["create"]), "nothing is learnt of others");
        }
        assert_eq!(asked(&plant.admin(), None).await.as_array().map(Vec::len), Some(13));
        assert_eq!(plant.refusal(&plant.nobody(), query, json!({})).await, "missing authentication");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_entity_has_is_grouped_by_where_it_comes_from() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let own = plant.block(over_tenant(crew.tenant, &["write"])).await;
        plant.clock.advance(Duration::from_millis(1));
        let policy = plant.give(own, "entity", crew.ann, Some(crew.tenant)).await;
        let query = format!(
            "query($e: ID!, $t: ID, $l: Int) {{ found: entityAccess(entityId: $e, tenantId: $t, limit: $l)
            {{ {ACCESS} }} }}"
        );
        let found = show(&plant, &query, json!({ "e": crew.ann, "t": crew.tenant })).await;
        assert_eq!(found["total"], 3);
        let (mine, groups) = (&found["items"][0], &found["items"][1]);
        assert_eq!((&mine["subjectName"], &mine["paths"]), (&json!("ann"), &json!(["direct"])));
        let grants = mine["grants"].as_array().unwrap();
        let sources: Vec<_> = grants.iter().map(|grant| (&grant["sourceKind"], &grant["roleName"])).collect();
        assert_eq!(
            sources,
            [(&json!("role_assignment"), &json!("reader")), (&json!("direct_policy"), &json!(null))]
        );
        assert_eq!(grants[1]["sourceId"], json!(policy));
        assert_eq!(
            (&groups["subjectId"], &groups["paths"]),
            (&json!(crew.all), &json!(["group:all -> night"]))
        );
        let first = show(&plant, &query, json!({ "e": crew.ann, "t": crew.tenant, "l": 1 })).await;
        assert_eq!((&first["total"], first["items"].as_array().unwrap().len()), (&json!(3), 1));
        // The platform's are shown to those who deal with them.
        let everywhere = show(&plant, &query, json!({ "e": crew.ann })).await;
        assert_eq!(everywhere["total"], 4);
        let boss = plant.person_who_may("boss", crew.tenant, &["policy.manage"]).await;
        assert_eq!(plant.refusal(&boss, &query, json!({ "e": crew.ann })).await, "forbidden");
        for stranger in [ADMIN, Uuid::from_u128(404)] {
            // The administrator made the tenant and has a role there; whoever has none is not told about.
            let answer = plant.answer(&boss, &query, json!({ "e": stranger, "t": crew.tenant })).await;
            assert_eq!(answer["errors"].is_null(), stranger == ADMIN, "{answer}");
        }
        let outsider = plant.entity("human", "outsider", None).await;
        let text = plant.refusal(&boss, &query, json!({ "e": outsider, "t": crew.tenant })).await;
        assert_eq!(text, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_grant_that_reaches_an_object_is_told() {
    on_both(async |plant| {
        let admin = plant.admin();
        let crew = crew(&plant).await;
        let tenant = crew.tenant;
        let (yard, hall) =
            (plant.group("object", "yard", Some(tenant)).await, plant.group("object", "hall", Some(tenant)).await);
        plant.data(&admin, HANG, json!({ "a": hall, "b": yard })).await;
        let channel = plant
            .resource(json!({ "kind": "channel", "tenantId": tenant, "attributes": { "parent_group_id": hall } }))
            .await;
        let within = |mode: &str, more: Value| {
            let mut input = json!({ "tenantId": tenant, "scopeMode": mode, "actionIds": [action("read")] });
            for (name, value) in more.as_object().unwrap() {
                input[name] = value.clone();
            }
            json!({ "i": input })
        };
        let typed = |kind: &str| json!({ "objectKind": "resource", "objectType": kind });
        let placed = |group: Uuid| json!({ "objectKind": "resource", "objectType": "channel", "groupId": group });
        let mut reaching = Vec::new();
        for input in [
            within("object_kind", json!({ "objectKind": "resource" })),
            within("object_type", typed("channel")),
            within("object", json!({ "objectId": channel, "effect": "deny" })),
            within("group_direct_objects", placed(hall)),
            within("group_descendant_objects", placed(yard)),
        ] {
            let block = plant.block(input).await;
            plant.give(block, "entity", crew.bob, Some(tenant)).await;
            reaching.push(block);
        }
        for input in [
            within("object_type", typed("rule")),
            within("group_direct_objects", placed(yard)),
            within("group_descendant_objects", placed(hall)),
            within("group_child_groups", json!({ "groupId": yard })),
        ] {
            let block = plant.block(input).await;
            plant.give(block, "entity", crew.bob, Some(tenant)).await;
        }
        let query = format!("query($k: String!, $o: ID, $l: Int) {{ found: objectAccess(objectKind: $k, objectId: $o, limit: $l)
            {{ {ACCESS} }} }}");
        let boss = plant.person_who_may("boss", tenant, &["policy.manage"]).await;
        let asked = json!({ "k": "resource", "o": channel, "l": 100 });
        let found = plant.data(&boss, &query, asked.clone()).await["found"].take();
        let of_bob = found["items"].as_array().unwrap().iter().find(|item| item["subjectName"] == "bob").unwrap();
        let mut blocks: Vec<Uuid> = of_bob["grants"].as_array().unwrap().iter()
            .map(|grant| grant["permissionBlock"]["id"].as_str().unwrap().parse().unwrap()).collect();
        blocks.sort_unstable();
        reaching.sort_unstable();
        assert_eq!(blocks, reaching);
        let group = found["items"].as_array().unwrap().iter().find(|item| item["subjectKind"] == "group").unwrap();
        assert_eq!((&group["subjectName"], &group["paths"]), (&json!("all"), &json!(["group:all"])));
        // Those of the platform only to those who deal with them.
        let all = show(&plant, &query, asked).await;
        assert!(all["total"].as_u64() > found["total"].as_u64());
        let groups = show(&plant, &query, json!({ "k": "group", "o": hall, "l": 100 })).await;
        assert!(groups.to_string().contains("bob"));
        let nowhere = json!({ "k": "resource", "o": Uuid::from_u128(404) });
        assert_eq!(plant.refusal(&boss, &query, nowhere).await, "forbidden");
        let text = plant.refusal(&boss, &query, json!({ "k": "chair", "o": channel })).await;
        assert!(text.starts_with("unsupported object_kind 'chair'"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_tells_what_it_gives() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let query = format!("query($g: ID!) {{ found: groupAccess(groupId: $g) {{ {ACCESS} }} }}");
        let night = show(&plant, &query, json!({ "g": crew.night })).await;
        assert_eq!(
            (&night["total"], &night["items"][0]["paths"]),
            (&json!(1), &json!(["group:all -> night"]))
        );
        let (yard, hall) = (
            plant.group("object", "yard", Some(crew.tenant)).await,
            plant.group("object", "hall", Some(crew.tenant)).await,
        );
        plant.data(&plant.admin(), HANG, json!({ "a": hall, "b": yard })).await;
        for (mode, group) in [("group_direct_objects", yard), ("group_descendant_objects", yard)] {
            let block = plant
                .block(json!({ "i": { "tenantId": crew.tenant, "scopeMode": mode, "groupId": group,
                    "objectKind": "resource", "objectType": "channel", "actionIds": [action("read")] } }))
                .await;
            plant.give(block, "entity", crew.bob, Some(crew.tenant)).await;
        }
        assert_eq!(show(&plant, &query, json!({ "g": yard })).await["total"], 2);
        // Only what reaches further down counts for a group below.
        assert_eq!(show(&plant, &query, json!({ "g": hall })).await["total"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_of_a_tenant_are_told_at_a_glance() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let query = "query($t: ID!) { found: tenantRoles(tenantId: $t) { total items { roleName actions entityCount
            groupCount } } }";
        let found = show(&plant, query, json!({ "t": crew.tenant })).await;
        assert_eq!(found["total"], 2);
        let reader = json!({ "roleName": "reader", "actions": ["read", "subscribe"], "entityCount": 1, "groupCount": 1 });
        assert_eq!(found["items"][0], reader);
        assert_eq!(found["items"][1]["roleName"], "tenant-admin");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn effective_actions_are_what_checks_say_one_by_one() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let channel = plant.resource(json!({ "kind": "channel", "tenantId": crew.tenant })).await;
        let query = "query($s: ID!, $k: String!, $o: ID) { found: effectiveActions(subjectId: $s, objectKind: $k, objectId: $o)
            { action allowed reason } }";
        let asked = json!({ "s": crew.bob, "k": "resource", "o": channel });
        let found = show(&plant, query, asked.clone()).await;
        let found = found.as_array().unwrap();
        let names: Vec<_> = found.iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(
            names,
            ["delete", "manage", "policy.manage", "publish", "read", "role.manage", "subscribe", "write"]
        );
        for one in found {
            let name = one["action"].as_str().unwrap();
            let (allowed, reason) = plant.check(crew.bob, name, "resource", channel).await;
            assert_eq!((&one["allowed"], &one["reason"]), (&json!(allowed), &json!(reason)), "{name}");
        }
        let allowed: Vec<_> =
            found.iter().filter(|one| one["allowed"] == true).map(|one| &one["action"]).collect();
        assert_eq!(allowed, ["read", "subscribe"]);
        plant.data(&plant.caller(crew.bob, Some(crew.tenant)), query, asked.clone()).await;
        assert_eq!(plant.refusal(&plant.caller(crew.ann, Some(crew.tenant)), query, asked).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_that_only_wide_grants_open_are_found() {
    on_both(async |plant| {
        let crew = crew(&plant).await;
        let tenant = crew.tenant;
        let hall = plant.group("object", "hall", Some(tenant)).await;
        let make = async |name: &str, kind: &str, attributes: Value| {
            plant
                .resource(json!({ "kind": kind, "name": name, "tenantId": tenant, "attributes": attributes }))
                .await
        };
        let lonely = make("lonely", "rule", json!({})).await;
        let named = make("named", "rule", json!({})).await;
        make("placed", "rule", json!({ "parent_group_id": hall })).await;
        make("typed", "channel", json!({})).await;
        let give = async |mut input: Value| {
            input["tenantId"] = json!(tenant);
            input["actionIds"] = json!([action("read")]);
            let block = plant.block(json!({ "i": input })).await;
            plant.give(block, "entity", crew.bob, Some(tenant)).await
        };
        let query = "query($t: ID, $k: String) { found: unprotectedResources(tenantId: $t, kind: $k) { total items { name } } }";
        let names = async |variables: Value| {
            let found = show(&plant, query, variables).await;
            let names = found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned());
            (names.collect::<Vec<_>>(), found["total"].as_u64().unwrap())
        };
        assert_eq!(names(json!({ "t": tenant })).await.1, 4);
        give(json!({ "scopeMode": "object", "objectKind": "resource", "objectId": named })).await;
        give(json!({ "scopeMode": "object_type", "objectKind": "resource", "objectType": "channel" })).await;
        give(json!({ "scopeMode": "group_direct_objects", "objectKind": "resource", "objectType": "rule", "groupId": hall }))
            .await;
        // Neither a deny nor what depends on circumstances opens anything.
        give(json!({ "scopeMode": "object", "objectId": lonely, "effect": "deny" })).await;
        give(json!({ "scopeMode": "object", "objectId": lonely, "conditions": { "context.x": 1 } })).await;
        assert_eq!(names(json!({ "t": tenant })).await, (vec!["lonely".to_owned()], 1));
        assert_eq!(names(json!({ "t": tenant, "k": "resource:rule" })).await.1, 1);
        assert_eq!(names(json!({ "t": tenant, "k": "channel" })).await.1, 0);
        assert_eq!(names(json!({})).await.1, 1);
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_of_nobody_are_found() {
    on_both(async |plant| {
        use sea_orm_migration::sea_orm::ConnectionTrait as _;
        let crew = crew(&plant).await;
        let block = plant.block(over_tenant(crew.tenant, &["publish"])).await;
        plant.give(block, "entity", crew.bob, Some(crew.tenant)).await;
        let query =
            "{ found: orphanPolicies { sourceKind subjectKind roleId permissionBlockId orphanReason } }";
        assert_eq!(show(&plant, query, json!({})).await, json!([]));
        // Nothing in Atoll leaves any; somebody else wrote to the store.
        let moved = "UPDATE direct_policies SET subject_kind = 'group'";
        plant.ground().db().writer().execute_unprepared(moved).await.unwrap();
        let orphan = json!({ "sourceKind": "direct_policy", "subjectKind": "group", "roleId": null,
            "permissionBlockId": block, "orphanReason": "subject_not_found" });
        assert_eq!(show(&plant, query, json!({})).await, json!([orphan]));
    })
    .await;
}
