//! Entities: making, finding, changing, deleting them.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::decisions::Decisions;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{ADMIN, Plant, on_both};

const CREATE: &str = "mutation($input: CreateEntityInput!) { made: createEntity(input: $input) { id kind name alias tenantId profileId profileVersionId parentGroupId status attributes } }";
const UPDATE: &str = "mutation($id: ID!, $input: UpdateEntityInput!) { updateEntity(id: $id, input: $input) { id kind name alias tenantId profileId status attributes parentGroupId updatedAt } }";
const SHOW: &str = "query($id: ID!) { entity(id: $id) { id name status alias tenantId parentGroupId } }";

impl Plant {
    /// The id of a seeded profile.
    pub async fn profile(&self, key: &str) -> Uuid {
        let query = "{ profiles(limit: 100) { total items { id key } } }";
        let found = self.data(&self.admin(), query, json!({})).await["profiles"]["items"].take();
        let profile = found.as_array().unwrap().iter().find(|profile| profile["key"] == key).expect("seeded");
        profile["id"].as_str().unwrap().parse().unwrap()
    }

    async fn object_group(&self, name: &str, tenant: Uuid) -> Uuid {
        let make = "mutation($input: CreateGroupInput!) { made: createObjectGroup(input: $input) { id } }";
        self.made(&self.admin(), make, json!({ "input": { "name": name, "tenantId": tenant } })).await
    }

    /// A person who administers a tenant.
    pub async fn tenant_admin(&self, name: &str, tenant: Uuid) -> Ctx {
        let boss = self.entity("human", name, Some(tenant)).await;
        let roles = "query($id: ID!) { roles(tenantId: $id) { items { id } } }";
        let role =
            self.data(&self.admin(), roles, json!({ "id": tenant })).await["roles"]["items"][0]["id"].take();
        let assign = "mutation($input: CreateRoleAssignmentInput!) { made: createRoleAssignment(input: $input) { id } }";
        let input = json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": boss, "roleId": role });
        self.made(&self.admin(), assign, json!({ "input": input })).await;
        self.caller(boss, Some(tenant))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_has_a_kind_or_a_profile_that_says_it() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (gateway, user) = (plant.profile("gateway").await, plant.profile("user").await);
        let input =
            json!({ "profileId": gateway, "name": "g-1", "alias": " G-One ", "attributes": { "serial": 7 } });
        let made = plant.data(&admin, CREATE, json!({ "input": input })).await["made"].take();
        assert_eq!((&made["kind"], &made["alias"]), (&json!("device"), &json!("g-one")));
        assert_eq!((&made["profileId"], &made["status"]), (&json!(gateway), &json!("active")));
        assert_ne!(made["profileVersionId"], Value::Null);
        assert_eq!(made["attributes"], json!({ "serial": 7 }));
        let missing = Uuid::from_u128(9);
        let refused = [
            (json!({ "name": "x" }), "kind is required without profile_id".to_owned()),
            (
                json!({ "name": "x", "kind": "device", "profileVersionId": missing }),
                "profile_version_id requires profile_id".to_owned(),
            ),
            (json!({ "name": "x", "profileId": missing }), format!("profile {missing} not found")),
            (
                json!({ "name": "x", "profileId": user, "kind": "device" }),
                "profile kind 'human' conflicts with requested entity kind 'device'".to_owned(),
            ),
            (
                json!({ "name": "x", "profileId": user, "profileVersionId": missing }),
                format!("profile_version_id {missing} does not belong to profile_id {user}"),
            ),
            (json!({ "name": " ", "kind": "device" }), "name is required".to_owned()),
            (
                json!({ "name": "x", "kind": "device", "attributes": [1] }),
                "attributes must be a JSON object".to_owned(),
            ),
            (json!({ "name": "x", "kind": "device", "tenantId": missing }), "forbidden".to_owned()),
            (json!({ "name": "g-1", "kind": "human" }), "already exists".to_owned()),
            (json!({ "id": ADMIN, "name": "x", "kind": "human" }), "already exists".to_owned()),
        ];
        for (input, why) in refused {
            assert_eq!(plant.refusal(&admin, CREATE, json!({ "input": input })).await, why, "{input}");
        }
        let tenant = plant.tenant("plant-a").await;
        plant.entity("device", "g-1", Some(tenant)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_person_may_make_tenants() {
    on_both(async |plant| {
        let (anna, meter) =
            (plant.entity("human", "anna", None).await, plant.entity("device", "m", None).await);
        let make = "mutation { made: createTenant(input: { name: \"of-anna\" }) { id createdBy } }";
        assert_eq!(plant.refusal(&plant.caller(meter, None), make, json!({})).await, "forbidden");
        let tenant = plant.made(&plant.caller(anna, None), make, json!({})).await;
        let members = "query($id: ID!) { tenantMembers(tenantId: $id) { total items { id } } }";
        let shown = plant.data(&plant.caller(anna, None), members, json!({ "id": tenant })).await;
        assert_eq!(shown["tenantMembers"], json!({ "total": 1, "items": [{ "id": anna }] }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_changes_only_how_it_is_called_by_itself() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let anna = plant.entity("human", "anna", Some(tenant)).await;
        let own = plant.caller(anna, Some(tenant));
        let input = json!({ "name": "Anna", "alias": "ann" });
        let changed = plant.data(&own, UPDATE, json!({ "id": anna, "input": input })).await;
        assert_eq!(changed["updateEntity"]["name"], json!("Anna"));
        for input in [
            json!({ "attributes": { "role": "boss" } }),
            json!({ "kind": "service" }),
            json!({ "status": "active" }),
            json!({ "tenantId": other }),
            json!({ "name": "a", "profileId": plant.profile("user").await }),
        ] {
            let refusal = plant.refusal(&own, UPDATE, json!({ "id": anna, "input": input })).await;
            assert_eq!(refusal, "forbidden", "{input}");
        }
        let delete = "mutation($id: ID!) { deleteEntity(id: $id) }";
        assert_eq!(plant.refusal(&own, delete, json!({ "id": anna })).await, "forbidden");
        plant.data(&own, SHOW, json!({ "id": anna })).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_needs_the_right_at_both_ends() {
    on_both(async |plant| {
        let (from, to) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let (boss, meter) = (plant.tenant_admin("boss", from).await, plant.entity("device", "m", Some(from)).await);
        let group = plant.object_group("hall", from).await;
        let place = "mutation($e: ID!, $g: ID!) { setEntityParentGroup(entityId: $e, groupId: $g) { parentGroupId } }";
        plant.data(&boss, place, json!({ "e": meter, "g": group })).await;
        let input = json!({ "tenantId": to });
        let refusal = plant.refusal(&boss, UPDATE, json!({ "id": meter, "input": input })).await;
        assert_eq!(refusal, "forbidden");
        let moved = plant.data(&plant.admin(), UPDATE, json!({ "id": meter, "input": input })).await;
        assert_eq!(moved["updateEntity"]["tenantId"], json!(to));
        assert_eq!(moved["updateEntity"]["parentGroupId"], Value::Null, "groups stay where they are");
        assert_eq!(plant.refusal(&boss, SHOW, json!({ "id": meter })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_update_leaves_out_stays() {
    on_both(async |plant| {
        let admin = plant.admin();
        let input = json!({ "kind": "device", "name": "m", "alias": "one", "attributes": { "a": 1 } });
        let meter = plant.made(&admin, CREATE, json!({ "input": input })).await;
        let update = async |input: Value| {
            let changed = plant.data(&admin, UPDATE, json!({ "id": meter, "input": input })).await;
            changed["updateEntity"].clone()
        };
        let same = update(json!({ "name": null, "attributes": null })).await;
        assert_eq!((&same["alias"], &same["attributes"]), (&json!("one"), &json!({ "a": 1 })));
        assert_ne!(same["updatedAt"], Value::Null);
        assert_eq!(update(json!({ "alias": null })).await["alias"], Value::Null);
        assert_eq!(update(json!({ "alias": "two" })).await["alias"], json!("two"));
        assert_eq!(update(json!({ "alias": " " })).await["alias"], Value::Null);
        assert_eq!(update(json!({ "status": "suspended" })).await["status"], json!("suspended"));
        let refusal = plant
            .refusal(
                &admin,
                UPDATE,
                json!({ "id": meter, "input": { "profileId": plant.profile("user").await } }),
            )
            .await;
        assert_eq!(refusal, "profile kind 'human' conflicts with requested entity kind 'device'");
        let gateway = plant.profile("gateway").await;
        assert_eq!(update(json!({ "profileId": gateway })).await["profileId"], json!(gateway));
        let refusal =
            plant.refusal(&admin, UPDATE, json!({ "id": meter, "input": { "kind": "service" } })).await;
        assert_eq!(refusal, "profile kind 'device' conflicts with requested entity kind 'service'");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_entity_frees_its_name_and_loses_every_way_in() {
    on_both(async |plant| {
        let admin = plant.admin();
        let meter = plant.entity("device", "m", None).await;
        let make = "mutation($id: ID!) { made: createApiKey(entityId: $id, input: {}) { key } }";
        let key = plant.data(&admin, make, json!({ "id": meter })).await["made"]["key"].take();
        let key = key.as_str().unwrap();
        assert!(plant.recognise(key).await.is_ok());
        plant.data(&admin, "mutation($id: ID!) { deleteEntity(id: $id) }", json!({ "id": meter })).await;
        assert_eq!(plant.recognise(key).await.unwrap_err(), "api key revoked");
        assert_eq!(plant.refusal(&admin, SHOW, json!({ "id": meter })).await, format!("entity {meter} not found"));
        plant.entity("device", "m", None).await;
        let list = "query($deleted: DeletedFilter) { entities(kind: device, deleted: $deleted) { total items { id status deletedAt deletedBy } } }";
        let total = async |deleted: Option<&str>| {
            plant.data(&admin, list, json!({ "deleted": deleted })).await["entities"].take()
        };
        assert_eq!(total(None).await["total"], json!(1));
        assert_eq!(total(Some("all")).await["total"], json!(2));
        let gone = total(Some("deleted")).await["items"][0].take();
        assert_eq!((&gone["id"], &gone["status"], &gone["deletedBy"]), (&json!(meter), &json!("inactive"), &json!(ADMIN)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_read_an_entity_learns_nothing() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let meter = plant.entity("device", "m", Some(tenant)).await;
        let boss = plant.tenant_admin("boss", other).await;
        for id in [meter, Uuid::from_u128(9)] {
            assert_eq!(plant.refusal(&boss, SHOW, json!({ "id": id })).await, "forbidden");
            let refusal = plant.refusal(&boss, UPDATE, json!({ "id": id, "input": { "name": "x" } })).await;
            assert_eq!(refusal, "forbidden");
        }
        assert_eq!(
            plant.refusal(&plant.nobody(), SHOW, json!({ "id": meter })).await,
            "missing authentication"
        );
        let disable = "mutation($id: ID!) { disableEntity(id: $id) { status } }";
        plant.data(&plant.admin(), disable, json!({ "id": meter })).await;
        let shown = plant.data(&plant.admin(), SHOW, json!({ "id": meter })).await;
        assert_eq!(shown["entity"]["status"], json!("inactive"), "administrators see what is switched off");
        plant
            .data(
                &plant.admin(),
                "mutation($id: ID!) { freezeTenant(id: $id) { id } }",
                json!({ "id": tenant }),
            )
            .await;
        plant.data(&plant.admin(), SHOW, json!({ "id": meter })).await;
        // They also put it right there, but nothing new begins.
        plant.data(&plant.admin(), UPDATE, json!({ "id": meter, "input": { "name": "x" } })).await;
        let make =
            "mutation($t: ID!) { createEntity(input: { kind: device, name: \"n\", tenantId: $t }) { id } }";
        assert_eq!(plant.refusal(&plant.admin(), make, json!({ "t": tenant })).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_may_be_read_and_how_much_that_is() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let boss = plant.tenant_admin("boss", tenant).await;
        for number in 0..5 {
            plant.entity("device", &format!("meter_{number}"), Some(tenant)).await;
            plant.clock.advance(Duration::from_millis(1));
        }
        plant.entity("device", "meter_x", Some(other)).await;
        let list = "query($q: String, $kind: EntityKind, $group: ID, $below: Boolean, $limit: Int, $offset: Int) { entities(q: $q, kind: $kind, parentGroupId: $group, includeDescendants: $below, limit: $limit, offset: $offset) { total items { name parentGroupId } } }";
        let names = async |ctx: &Ctx, variables: Value| {
            let page = plant.data(ctx, list, variables).await["entities"].take();
            let items = page["items"].as_array().unwrap().clone();
            (page["total"].clone(), items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
        };
        let (total, shown) = names(&boss, json!({ "kind": "device", "limit": 2, "offset": 1 })).await;
        assert_eq!((total, shown), (json!(5), vec!["meter_3".to_owned(), "meter_2".to_owned()]));
        assert_eq!(names(&boss, json!({ "kind": "device", "offset": 50 })).await, (json!(5), vec![]));
        assert_eq!(names(&boss, json!({ "q": "METER_4" })).await.1, ["meter_4"]);
        assert_eq!(names(&boss, json!({ "q": "meter%4" })).await.0, json!(0));
        assert_eq!(names(&plant.admin(), json!({ "kind": "device" })).await.0, json!(6));
        let stranger = plant.entity("human", "carla", Some(tenant)).await;
        assert_eq!(names(&plant.caller(stranger, Some(tenant)), json!({ "kind": "device" })).await.0, json!(0));
        let refusal = plant.refusal(&boss, "{ entities(deleted: all) { total } }", json!({})).await;
        assert_eq!(refusal, "forbidden");

        let (hall, row) = (plant.object_group("hall", tenant).await, plant.object_group("row", tenant).await);
        let under = "mutation($c: ID!, $p: ID!) { setObjectGroupParent(objectGroupId: $c, parentGroupId: $p) { id } }";
        plant.data(&boss, under, json!({ "c": row, "p": hall })).await;
        let input = json!({ "kind": "device", "name": "deep", "tenantId": tenant, "attributes": { "parent_group_id": row } });
        let made = plant.data(&boss, CREATE, json!({ "input": input })).await["made"].take();
        assert_eq!(made["parentGroupId"], json!(row));
        assert_eq!(names(&boss, json!({ "group": hall })).await.0, json!(0));
        assert_eq!(names(&boss, json!({ "group": hall, "below": true })).await.1, ["deep"]);
        assert_eq!(names(&boss, json!({ "group": row })).await.1, ["deep"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_lies_in_one_group_of_its_tenant() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let boss = plant.tenant_admin("boss", tenant).await;
        let meter = plant.entity("device", "m", Some(tenant)).await;
        let (hall, yard) = (plant.object_group("hall", tenant).await, plant.object_group("yard", tenant).await);
        let foreign = plant.object_group("foreign", other).await;
        let place = "mutation($e: ID!, $g: ID!) { addEntityToObjectGroup(entityId: $e, objectGroupId: $g) { parentGroupId } }";
        for group in [hall, yard] {
            let placed = plant.data(&boss, place, json!({ "e": meter, "g": group })).await;
            assert_eq!(placed["addEntityToObjectGroup"]["parentGroupId"], json!(group));
        }
        let refusal = plant.refusal(&boss, place, json!({ "e": meter, "g": foreign })).await;
        assert_eq!(refusal, "entity and parent group must belong to the same tenant");
        let loose = plant.entity("device", "loose", None).await;
        let refusal = plant.refusal(&plant.admin(), place, json!({ "e": loose, "g": hall })).await;
        assert_eq!(refusal, "platform entity cannot be placed in a group");
        let clear = "mutation($e: ID!) { clearEntityParentGroup(entityId: $e) { parentGroupId } }";
        for _ in 0..2 {
            let cleared = plant.data(&boss, clear, json!({ "e": meter })).await;
            assert_eq!(cleared["clearEntityParentGroup"]["parentGroupId"], Value::Null);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_of_a_group_are_listed_by_name() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let make = "mutation($input: CreateGroupInput!) { made: createPrincipalGroup(input: $input) { id } }";
        let group = plant.made(&boss, make, json!({ "input": { "name": "ops", "tenantId": tenant } })).await;
        for name in ["b", "a"] {
            let member = plant.entity("device", name, Some(tenant)).await;
            let add = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
            plant.data(&boss, add, json!({ "g": group, "e": member })).await;
        }
        let query = "query($g: ID!) { groupMembers(groupId: $g) { name } }";
        let members = plant.data(&boss, query, json!({ "g": group })).await["groupMembers"].take();
        assert_eq!(members, json!([{ "name": "a" }, { "name": "b" }]));
        let stranger = plant.entity("human", "carla", Some(tenant)).await;
        let refusal =
            plant.refusal(&plant.caller(stranger, Some(tenant)), query, json!({ "g": group })).await;
        assert_eq!(refusal, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_now_knows_the_same_of_everybody() {
    on_both(async |plant| {
        let admin = plant.admin();
        let (from, to) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let anna = plant.person("anna", Some(from)).await;
        let make = "mutation($e: ID!) { made: createApiKey(entityId: $e, input: {}) { id: credentialId } }";
        let key = plant.made(&admin, make, json!({ "e": anna })).await;
        let input = json!({ "tenantId": to, "attributes": { "floor": 2 }, "status": "suspended" });
        plant.data(&admin, UPDATE, json!({ "id": anna, "input": input })).await;
        let gone = plant.entity("device", "gone", Some(from)).await;
        plant.data(&admin, "mutation($id: ID!) { deleteEntity(id: $id) }", json!({ "id": gone })).await;
        plant
            .data(&admin, "mutation($id: ID!) { freezeTenant(id: $id) { id } }", json!({ "id": from }))
            .await;
        let followed = plant.ground().decisions().world().unwrap();
        let read = Decisions::load(
            plant.ground().db().clone(),
            atoll_server::house::sources(),
            plant.clock.clone(),
            true,
            Duration::from_secs(5),
        )
        .await
        .unwrap();
        let read = read.world().unwrap();
        for id in [anna, gone, ADMIN] {
            assert_eq!(followed.entity(id), read.entity(id));
        }
        for id in [from, to] {
            assert_eq!(followed.tenant(id), read.tenant(id));
        }
        assert_eq!(followed.credential(key), read.credential(key));
        assert_eq!(read.credential(key).unwrap().tenant, Some(to));
        assert_eq!(followed.stats(), read.stats());
    })
    .await;
}
