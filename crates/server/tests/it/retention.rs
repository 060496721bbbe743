//! What was deleted long ago goes for good, when an operator wants that.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::jobs::Worker;
use atoll_base::settings::Settings;
use atoll_identity::retention;
use serde_json::json;

use crate::giving::tables_agree;
use crate::harness::{Plant, on_both};

const DAY: Duration = Duration::from_secs(86_400);

/// One of each noun, deleted.
async fn delete_one_of_each(plant: &Plant) {
    let tenant = plant.tenant("plant-a").await;
    let things = [
        ("Group", plant.group("object", "hall", Some(tenant)).await),
        ("Group", plant.group("principal", "crew", Some(tenant)).await),
        ("Resource", plant.resource(json!({ "kind": "channel", "tenantId": tenant })).await),
        ("Entity", plant.entity("device", "meter", Some(tenant)).await),
        ("Role", plant.role("reader", Some(tenant), &[]).await),
        ("Tenant", plant.tenant("plant-b").await),
    ];
    for (noun, id) in things {
        let delete = format!("mutation($id: ID!) {{ delete{noun}(id: $id) }}");
        plant.data(&plant.admin(), &delete, json!({ "id": id })).await;
    }
}

async fn left(plant: &Plant) -> u64 {
    plant.ground().decisions().catch_up().await.unwrap();
    let count = "{ entities(deleted: deleted) { total } resources(deleted: deleted) { total }
        groups(deleted: deleted) { total } roles(deleted: deleted) { total } tenants(deleted: deleted) { total } }";
    let data = plant.data(&plant.admin(), count, json!({})).await;
    data.as_object().unwrap().values().map(|list| list["total"].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_goes_for_good_after_the_time_in_the_settings() {
    on_both(async |plant| {
        delete_one_of_each(&plant).await;
        plant.clock.advance(89 * DAY);
        assert_eq!(retention::purge_old(plant.ground()).await.unwrap(), 0);
        assert_eq!(left(&plant).await, 6);
        plant.clock.advance(2 * DAY);
        assert_eq!(retention::purge_old(plant.ground()).await.unwrap(), 6);
        assert_eq!(left(&plant).await, 0);
        assert_eq!(retention::purge_old(plant.ground()).await.unwrap(), 0);
        let rows = atoll_base::ledger::rows(plant.ground().db().reader(), uuid::Uuid::nil(), 0, 10_000)
            .await
            .unwrap();
        let cleanups: Vec<_> = rows.iter().filter(|row| row.event == "purge.cleanup").collect();
        assert_eq!(cleanups.len(), 1);
        let details = &cleanups[0].details;
        assert_eq!((&details["deleted_rows"], &details["retention_days"]), (&json!(6), &json!(90)));
        assert_eq!((&details["batch_size"], &details["tables"]["tenants"]), (&json!(1000), &json!(1)));
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_are_jobs_of_which_each_is_done_once() {
    let settings = Settings { purge_enabled: true, purge_batch_size: 1, ..Settings::for_tests() };
    let plant = Plant::with(settings).await;
    delete_one_of_each(&plant).await;
    plant.clock.advance(91 * DAY);
    plant.ground().decisions().catch_up().await.unwrap();
    // Every replica plans the same round.
    for _ in 0..2 {
        retention::ROUNDS.plan(plant.ground()).await.unwrap();
    }
    let worker = Worker::default().with(retention::ROUNDS.kind(), Arc::new(retention::ROUNDS));
    assert!(worker.work_once(plant.ground()).await);
    assert!(!worker.work_once(plant.ground()).await, "the next round is not due yet");
    assert_eq!(left(&plant).await, 0, "one of each noun in a round");
    plant.clock.advance(DAY);
    assert!(worker.work_once(plant.ground()).await, "and then it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_removed_unless_somebody_wants_that() {
    let plant = Plant::with(Settings::for_tests()).await;
    delete_one_of_each(&plant).await;
    plant.clock.advance(365 * DAY);
    plant.ground().decisions().catch_up().await.unwrap();
    retention::ROUNDS.plan(plant.ground()).await.unwrap();
    let worker = Worker::default().with(retention::ROUNDS.kind(), Arc::new(retention::ROUNDS));
    assert!(worker.work_once(plant.ground()).await);
    assert_eq!(left(&plant).await, 6);
}
