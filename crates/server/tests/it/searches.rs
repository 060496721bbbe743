//! Searching among decisions, through the doors: a search finds what checks would allow, for those who may check.

use std::sync::Arc;

use atoll_base::ctx::{Caller, Ctx, SignedIn};
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{action, over_tenant};
use crate::harness::{ADMIN, Plant, on_both};

const SUBJECTS: &str = "query($i: AuthzSearchSubjectsInput!) { found: authzSearchSubjects(input: $i) {
    items { id type } nextCursor } }";
const OBJECTS: &str = "query($i: AuthzSearchObjectsInput!) { found: authzSearchObjects(input: $i) {
    items { id type } nextCursor } }";
const ACTIONS: &str =
    "query($i: AuthzSearchActionsInput!) { found: authzSearchActions(input: $i) { items nextCursor } }";

impl Plant {
    /// Everything a search finds, in pages of `limit`.
    async fn found(&self, ctx: &Ctx, search: &str, mut input: Value, limit: usize) -> Vec<Value> {
        let mut all = Vec::new();
        input["limit"] = json!(limit);
        loop {
            let found = self.data(ctx, search, json!({ "i": input })).await["found"].take();
            let items = found["items"].as_array().expect("items");
            assert!(items.len() <= limit, "{found}");
            all.extend(items.iter().cloned());
            if found["nextCursor"].is_null() {
                return all;
            }
            input["cursor"] = found["nextCursor"].clone();
        }
    }
}

fn ids(items: &[Value]) -> Vec<Uuid> {
    items.iter().map(|item| item["id"].as_str().unwrap().parse().unwrap()).collect()
}

/// Channels and a rule in a tenant, a channel in another, and people who may read some of them in different ways.
struct Yard {
    tenant: Uuid,
    other: Uuid,
    people: Vec<Uuid>,
    resources: Vec<Uuid>,
    theirs: Uuid,
}

impl Yard {
    async fn lay(plant: &Plant) -> Yard {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let mut people = Vec::new();
        for name in ["ann", "bob", "cat", "dan", "eve"] {
            people.push(plant.entity("human", name, Some(tenant)).await);
        }
        people.push(plant.entity("device", "meter", Some(tenant)).await);
        let mut resources = Vec::new();
        for (kind, status) in [("channel", "new"), ("channel", "old"), ("channel", "new"), ("rule", "new")] {
            let input = json!({ "kind": kind, "tenantId": tenant, "attributes": { "status": status } });
            resources.push(plant.resource(input).await);
        }
        let theirs = plant.resource(json!({ "kind": "channel", "tenantId": other })).await;
        let [ann, bob, cat, dan, _, meter] = people[..] else { unreachable!("six were made") };
        // Everything, one channel, what is new, everything but what is denied, and a shift.
        let all = plant.block(over_tenant(tenant, &["read", "write"])).await;
        plant.give(all, "entity", ann, Some(tenant)).await;
        let one = json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": "resource",
            "objectId": resources[0], "actionIds": [action("read")] } });
        let one = plant.block(one).await;
        plant.give(one, "entity", bob, Some(tenant)).await;
        let conditional = async |path: &str, value: Value| {
            let mut input = over_tenant(tenant, &["read"]);
            input["i"]["conditions"] = json!({ path: value });
            plant.block(input).await
        };
        let new = conditional("resource.attributes.status", json!("new")).await;
        plant.give(new, "entity", cat, Some(tenant)).await;
        let mut denied = over_tenant(tenant, &["read"]);
        denied["i"]["effect"] = json!("deny");
        denied["i"]["conditions"] = json!({ "object.type": "rule" });
        let (denied, group) = (plant.block(denied).await, plant.group("principal", "g", Some(tenant)).await);
        let join = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
        plant.data(&plant.admin(), join, json!({ "g": group, "e": dan })).await;
        plant.give(all, "group", group, Some(tenant)).await;
        plant.give(denied, "entity", dan, Some(tenant)).await;
        let night = conditional("context.shift", json!("night")).await;
        plant.give(night, "entity", meter, Some(tenant)).await;
        Yard { tenant, other, people, resources, theirs }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_checks_allow() {
    on_both(async |plant| {
        let yard = Yard::lay(&plant).await;
        let admin = plant.admin();
        let everybody = "{ found: entities(limit: 500) { items { id } } }";
        let everybody = plant.data(&admin, everybody, json!({})).await["found"]["items"].take();
        let everybody = ids(everybody.as_array().unwrap());
        assert!(everybody.len() > yard.people.len());
        for limit in [1, 2, 50] {
            for object in &yard.resources {
                let mut allowed = Vec::new();
                for person in &everybody {
                    if plant.check(*person, "read", "resource", *object).await.0 {
                        allowed.push(*person);
                    }
                }
                allowed.sort_unstable();
                let input = json!({ "action": "read", "resourceId": object });
                assert_eq!(ids(&plant.found(&admin, SUBJECTS, input, limit).await), allowed);
            }
            for person in &yard.people {
                let mut allowed = Vec::new();
                for object in &yard.resources {
                    if plant.check(*person, "read", "resource", *object).await.0 {
                        allowed.push(*object);
                    }
                }
                allowed.sort_unstable();
                let input = json!({ "subjectId": person, "action": "read", "objectKind": "resource" });
                assert_eq!(ids(&plant.found(&admin, OBJECTS, input, limit).await), allowed);
                let mut allowed = Vec::new();
                for seeded in atoll_policy::catalogue::ACTIONS {
                    if plant.check(*person, seeded.name, "resource", yard.resources[0]).await.0 {
                        allowed.push(json!(seeded.name));
                    }
                }
                allowed.sort_by_key(|name| name.to_string());
                let input = json!({ "subjectId": person, "resourceId": yard.resources[0] });
                assert_eq!(plant.found(&admin, ACTIONS, input, limit).await, allowed);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_can_be_narrowed_and_has_a_context() {
    on_both(async |plant| {
        let yard = Yard::lay(&plant).await;
        let admin = plant.admin();
        let [ann, .., meter] = yard.people[..] else { unreachable!("six were made") };
        let rules = json!({ "subjectId": ann, "action": "read", "objectKind": "resource",
            "objectType": "resource:rule" });
        let found = plant.found(&admin, OBJECTS, rules, 50).await;
        assert_eq!(found, [json!({ "id": yard.resources[3], "type": "resource:rule" })]);
        let own =
            json!({ "subjectId": ADMIN, "action": "read", "objectKind": "resource", "tenantId": yard.other });
        assert_eq!(ids(&plant.found(&admin, OBJECTS, own, 50).await), [yard.theirs]);
        let devices = json!({ "action": "read", "resourceId": yard.resources[0], "subjectKind": "device" });
        assert!(plant.found(&admin, SUBJECTS, devices.clone(), 50).await.is_empty());
        let mut at_night = devices;
        at_night["context"] = json!({ "shift": "night" });
        let found = plant.found(&admin, SUBJECTS, at_night, 50).await;
        assert_eq!(found, [json!({ "id": meter, "type": "entity:device" })]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_check_may_search() {
    on_both(async |plant| {
        let yard = Yard::lay(&plant).await;
        let checker = plant.person_who_may("checker", yard.tenant, &["authz.check"]).await;
        let ann = yard.people[0];
        let own = plant.caller(ann, Some(yard.tenant));
        let objects = |tenant: Option<Uuid>, kind: &str| {
            json!({ "subjectId": ann, "action": "read", "objectKind": kind, "tenantId": tenant })
        };
        // The checker: in the tenant, and nowhere else.
        let subjects = |id: Uuid| json!({ "action": "read", "resourceId": id });
        let actions = |id: Uuid| json!({ "subjectId": ann, "resourceId": id });
        assert_eq!(
            plant.found(&checker, OBJECTS, objects(Some(yard.tenant), "resource"), 50).await.len(),
            yard.resources.len()
        );
        plant.found(&checker, SUBJECTS, subjects(yard.resources[0]), 50).await;
        plant.found(&checker, ACTIONS, actions(yard.resources[0]), 50).await;
        let refused = [
            (OBJECTS, objects(None, "resource")),
            (OBJECTS, objects(Some(yard.other), "resource")),
            // As for a check, groups are the platform's to ask about.
            (OBJECTS, objects(Some(yard.tenant), "group")),
            (SUBJECTS, subjects(yard.theirs)),
            (SUBJECTS, subjects(Uuid::from_u128(404))),
            (SUBJECTS, json!({ "action": "read", "objectKind": "platform" })),
            (ACTIONS, actions(yard.theirs)),
        ];
        for (search, input) in refused {
            assert_eq!(plant.refusal(&checker, search, json!({ "i": input })).await, "forbidden", "{input}");
        }
        // Everybody about themselves, but not who else may.
        assert_eq!(plant.found(&own, OBJECTS, objects(None, "resource"), 50).await.len(), 4);
        assert_eq!(plant.found(&own, ACTIONS, actions(yard.resources[0]), 50).await, ["read", "write"]);
        assert!(plant.found(&own, ACTIONS, actions(yard.theirs), 50).await.is_empty());
        let who = json!({ "i": subjects(yard.resources[0]) });
        assert_eq!(plant.refusal(&own, SUBJECTS, who.clone()).await, "forbidden");
        assert_eq!(plant.refusal(&plant.nobody(), SUBJECTS, who).await, "missing authentication");
        let mine = json!({ "i": objects(None, "resource") });
        assert_eq!(plant.refusal(&plant.nobody(), OBJECTS, mine).await, "missing authentication");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_said() {
    on_both(async |plant| {
        let admin = plant.admin();
        let page = |cursor: &str| {
            json!({ "i": { "subjectId": ADMIN, "action": "read", "objectKind": "resource", "cursor": cursor } })
        };
        let no_cursor = "the cursor is not one that this search returned";
        for cursor in ["x", "AAAA", &ADMIN.to_string()] {
            assert_eq!(plant.refusal(&admin, OBJECTS, page(cursor)).await, no_cursor);
        }
        let kind = json!({ "i": { "subjectId": ADMIN, "action": "read", "objectKind": "chair" } });
        let text = plant.refusal(&admin, OBJECTS, kind).await;
        assert_eq!(text, "objectKind must be resource, tenant, entity, group or credential");
        let text = plant.refusal(&admin, SUBJECTS, json!({ "i": { "action": "read" } })).await;
        assert_eq!(text, "authz check requires either resource_id or (object_kind, object_id)");
        // A search weighs more than a field: one request cannot hold many.
        let one = "authzSearchActions(input: { subjectId: \"1\", objectKind: \"platform\" }) { items }";
        let many: String = (0..25).map(|n| format!("s{n}: {one} ")).collect();
        let text = plant.refusal(&admin, &format!("{{ {many} }}"), json!({})).await;
        assert_eq!(text, "Query is too complex.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_in_use_bounds_what_its_owner_finds() {
    on_both(async |plant| {
        let yard = Yard::lay(&plant).await;
        let ann = yard.people[0];
        let own = plant.caller(ann, Some(yard.tenant));
        let Caller::Entity(signed_in) = own.caller() else { unreachable!("a person is signed in") };
        let reading = CeilingEntry::new(["read"], CeilingScope::Tenant(yard.tenant), &json!({}));
        let ceiling = Some(Arc::new(Ceiling { entries: vec![reading] }));
        let scoped = SignedIn { ceiling, ..(**signed_in).clone() };
        let scoped = own.as_caller(Caller::Entity(Arc::new(scoped)));
        let actions = json!({ "subjectId": ann, "resourceId": yard.resources[0] });
        assert_eq!(plant.found(&own, ACTIONS, actions.clone(), 50).await, ["read", "write"]);
        assert_eq!(plant.found(&scoped, ACTIONS, actions, 50).await, ["read"]);
        let write = json!({ "subjectId": ann, "action": "write", "objectKind": "resource" });
        assert_eq!(plant.found(&own, OBJECTS, write.clone(), 50).await.len(), 4);
        assert!(plant.found(&scoped, OBJECTS, write, 50).await.is_empty());
    })
    .await;
}
