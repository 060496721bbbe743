//! The world that follows the ledger is the world that the tables describe.

use std::collections::BTreeSet;

use atoll_policy::{ObjectKind, ObjectRef, Question, Selector, World};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::over_tenant;
use crate::harness::{ADMIN, Plant, on_both};

async fn furnish(plant: &Plant) -> Vec<(Uuid, ObjectRef)> {
    let admin = plant.admin();
    let tenant = plant.tenant("plant-a").await;
    let mut questions = Vec::new();
    for number in 0..6 {
        let kind = ["device", "human", "service"][number % 3];
        let entity = plant.entity(kind, &format!("entity-{number}"), Some(tenant)).await;
        let resource = plant
            .made(
                &admin,
                "mutation($input: CreateResourceInput!) { made: createResource(input: $input) { id } }",
                json!({ "input": { "kind": "channel", "name": format!("c{number}"), "tenantId": tenant } }),
            )
            .await;
        questions.push((entity, ObjectRef::new(ObjectKind::Resource, resource)));
    }
    let publish = plant
        .data(&admin, "{ actions(objectKind: \"resource\") { items { id name } } }", json!({}))
        .await["actions"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|action| action["name"] == "publish")
        .unwrap()["id"]
        .clone();
    let block = plant
        .made(
            &admin,
            "mutation($input: CreatePermissionBlockInput!) { made: createPermissionBlock(input: $input) { id } }",
            json!({ "input": { "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
                "objectType": "channel", "actionIds": [publish] } }),
        )
        .await;
    for (entity, _) in questions.iter().step_by(2) {
        plant
            .made(
                &admin,
                "mutation($input: CreateDirectPolicyInput!) { made: createDirectPolicy(input: $input) { id } }",
                json!({ "input": { "tenantId": tenant, "subjectKind": "entity", "subjectId": entity,
                    "permissionBlockId": block } }),
            )
            .await;
    }
    plant
        .data(&admin, "mutation($id: ID!) { disableEntity(id: $id) { id } }", json!({ "id": questions[2].0 }))
        .await;
    plant
        .data(&admin, "mutation($id: ID!) { deleteResource(id: $id) }", json!({ "id": questions[4].1.id }))
        .await;
    questions.push((ADMIN, ObjectRef::new(ObjectKind::Tenant, tenant)));
    questions.extend(come_and_go(plant, tenant, questions[0].0).await);
    questions
}

/// Things that were deleted and brought back, or are gone for good with what named them.
async fn come_and_go(plant: &Plant, tenant: Uuid, somebody: Uuid) -> Vec<(Uuid, ObjectRef)> {
    let does = async |verb: &str, noun: &str, id: Uuid| {
        let selection = if (verb, noun) == ("restore", "Tenant") { "{ id }" } else { "" };
        let document = format!("mutation($id: ID!) {{ {verb}{noun}(id: $id) {selection} }}");
        plant.data(&plant.admin(), &document, json!({ "id": id })).await;
    };
    let hall = plant.group("object", "hall", Some(tenant)).await;
    let crew = plant.group("principal", "crew", Some(tenant)).await;
    let back = plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await;
    let gone = plant
        .resource(json!({ "kind": "channel", "tenantId": tenant, "attributes": { "parent_group_id": hall } }))
        .await;
    let leaver = plant.entity("service", "leaver", Some(tenant)).await;
    let join = "mutation($g: ID!, $e: ID!) { addGroupMember(groupId: $g, entityId: $e) }";
    plant.data(&plant.admin(), join, json!({ "g": crew, "e": leaver })).await;
    let block = plant.block(over_tenant(tenant, &["read", "publish"])).await;
    let role = plant.role("worker", Some(tenant), &[block]).await;
    let dropped = plant.role("dropped", Some(tenant), &[block]).await;
    for role in [role, dropped] {
        plant.assign(role, leaver, Some(tenant)).await;
        plant.assign(role, somebody, Some(tenant)).await;
    }
    let other = plant.tenant("plant-b").await;
    let theirs = plant.resource(json!({ "kind": "channel", "tenantId": other })).await;
    for (noun, id) in [("Resource", back), ("Role", role), ("Tenant", other)] {
        does("delete", noun, id).await;
        does("restore", noun, id).await;
    }
    for (noun, id) in
        [("Resource", gone), ("Entity", leaver), ("Group", hall), ("Group", crew), ("Role", dropped)]
    {
        does("delete", noun, id).await;
        does("purge", noun, id).await;
    }
    let third = plant.tenant("plant-c").await;
    let buried = plant.resource(json!({ "kind": "channel", "tenantId": third })).await;
    does("delete", "Tenant", third).await;
    does("purge", "Tenant", third).await;
    let resource = |id| ObjectRef::new(ObjectKind::Resource, id);
    vec![
        (leaver, resource(back)),
        (somebody, resource(gone)),
        (ADMIN, resource(theirs)),
        (ADMIN, resource(buried)),
        (ADMIN, ObjectRef::new(ObjectKind::Group, hall)),
        (ADMIN, ObjectRef::new(ObjectKind::Entity, leaver)),
    ]
}

fn answers(world: &World, questions: &[(Uuid, ObjectRef)]) -> Vec<String> {
    let mut answers = Vec::new();
    for (subject, _) in questions {
        for (_, object) in questions {
            for action in ["read", "publish", "manage"] {
                let question = Question {
                    subject: *subject,
                    action,
                    object: Selector::object(*object),
                    context: &Value::Null,
                    session: &Value::Null,
                    now: 1_800_000_000_000_000,
                    ceiling: None,
                    administrative: false,
                };
                let decision = world.decide(&question).unwrap();
                answers
                    .push(format!("{subject} {action} {object}: {} {}", decision.allowed, decision.reason));
            }
        }
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_now_decides_like_one_that_followed_everything() {
    on_both(async |plant| {
        let questions = furnish(&plant).await;
        let world = plant.ground().decisions().world().unwrap();
        let followed = answers(&world, &questions);
        let kinds: BTreeSet<bool> = followed.iter().map(|answer| answer.contains(": true")).collect();
        assert_eq!(kinds.len(), 2, "there are both allows and denies to compare");
        let rebuilt = rebuild(&plant).await;
        assert_eq!(rebuilt.stats(), world.stats());
        assert_eq!(answers(&rebuilt, &questions), followed);
    })
    .await;
}

async fn rebuild(plant: &Plant) -> World {
    use atoll_base::decisions::Decisions;
    use atoll_base::time::SystemClock;
    let ground = plant.ground();
    let fresh = Decisions::load(
        ground.db().clone(),
        atoll_server::house::sources(),
        std::sync::Arc::new(SystemClock),
        ground.settings().strict_conditions,
        std::time::Duration::from_secs(3600),
    )
    .await
    .unwrap();
    (*fresh.world().unwrap()).clone()
}
