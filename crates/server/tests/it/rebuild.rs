//! The world that follows the ledger is the world that the tables describe.

use std::collections::BTreeSet;

use atoll_policy::{ObjectKind, ObjectRef, Question, Selector, World};
use serde_json::{Value, json};
use uuid::Uuid;

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
    questions
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
