//! Old audit records go, and what is left still holds together.

use std::sync::Arc;
use std::time::Duration;

use atoll_access::audit::retention;
use atoll_base::jobs::Worker;
use atoll_base::ledger::{self, PLATFORM_STREAM};
use atoll_base::settings::Settings;
use sea_orm_migration::sea_orm::ConnectionTrait;
use serde_json::json;

use crate::giving::tables_agree;
use crate::harness::{Plant, on_both, on_both_with};

const YEAR: Duration = Duration::from_secs(366 * 86_400);

async fn proven(plant: &Plant) {
    let verified = ledger::verify(plant.ground().db().reader(), |_| {}).await.unwrap();
    assert!(verified.breaks.is_empty(), "{verified:?}");
    let unsealed =
        ledger::retention::unsealed(plant.ground().db().reader(), plant.ground().keys()).await.unwrap();
    assert!(unsealed.is_empty(), "{unsealed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_records_go_by_batches_and_the_chain_goes_on_from_a_checkpoint() {
    let settings = Settings { audit_cleanup_batch_size: 7, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let kept = plant.entity("device", "kept", Some(tenant)).await;
        let gone = plant.entity("device", "gone", Some(tenant)).await;
        let delete = "mutation($id: ID!) { deleteEntity(id: $id) purgeEntity(id: $id) }";
        plant.data(&plant.admin(), delete, json!({ "id": gone })).await;
        assert_eq!(retention::remove_old(plant.ground()).await.unwrap(), (0, true));
        plant.later(YEAR).await;
        let late = plant.entity("device", "late", Some(tenant)).await;
        let before = ledger::rows(plant.ground().db().reader(), tenant, 0, 1000).await.unwrap();
        let (removed, all) = retention::remove_old(plant.ground()).await.unwrap();
        assert!(all && removed > 7, "{removed}");
        let after = ledger::rows(plant.ground().db().reader(), tenant, 0, 1000).await.unwrap();
        assert_eq!(after.len(), 1, "{after:?}");
        assert_eq!(after[0].target.as_ref().unwrap().1, late);
        assert_eq!(after[0].revision, before.last().unwrap().revision, "revisions stay what they are");
        proven(&plant).await;
        tables_agree(&plant).await;

        // The ledger says what went and where the streams begin now.
        let status = "{ auditRetention { enabled days cleanupIntervalSecs cleanupBatchSize lastCleanup } }";
        let status = plant.data(&plant.admin(), status, json!({})).await["auditRetention"].take();
        assert_eq!((&status["enabled"], &status["days"]), (&json!(true), &json!(365)));
        assert_eq!(status["cleanupBatchSize"], 7);
        let last = &status["lastCleanup"];
        assert!(last["deleted_rows"].as_u64() > Some(0) && last["cutoff"].is_string(), "{last}");
        assert_eq!((&last["retention_days"], &last["batch_size"]), (&json!(365), &json!(7)));
        assert_eq!(last["checkpoints"][0]["hash"].as_str().unwrap().len(), 64);

        // Totals and pages still fit, and new rows go on.
        let logs = "query($t: ID) { auditLogs(tenantId: $t) { total items { revision } } }";
        let logs = plant.data(&plant.admin(), logs, json!({ "t": tenant })).await["auditLogs"].take();
        assert_eq!((&logs["total"], logs["items"].as_array().unwrap().len()), (&json!(1), 1));
        plant.entity("device", "later", Some(tenant)).await;
        assert_eq!(retention::remove_old(plant.ground()).await.unwrap().0, 0);
        proven(&plant).await;
        assert!(plant.check(kept, "read", "entity", kept).await.1 != "subject not found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_is_a_job_that_removes_and_plans_the_next() {
    let plant = Plant::with(Settings::for_tests()).await;
    plant.tenant("plant-a").await;
    plant.later(YEAR).await;
    retention::ROUNDS.plan(plant.ground()).await.unwrap();
    let worker = Worker::default().with(retention::ROUNDS.kind(), Arc::new(retention::ROUNDS));
    assert!(worker.work_once(plant.ground()).await);
    let begins = ledger::retention::kept_after(plant.ground().db().reader(), PLATFORM_STREAM).await.unwrap();
    assert!(begins > 0);
    assert!(!worker.work_once(plant.ground()).await, "the next round is not due yet");
    plant.later(plant.ground().settings().audit_cleanup_interval_secs).await;
    assert!(worker.work_once(plant.ground()).await, "and then it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_told_as_far_as_it_is_kept_and_refused_before() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let decisions = plant.ground().decisions();
        let token = |plant: &Plant| {
            let world = plant.ground().decisions().world().unwrap();
            atoll_base::decisions::RevisionToken::of(&world, [tenant])
        };
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let early = token(&plant);
        plant.later(YEAR).await;
        let pump = plant.resource(json!({ "kind": "pump", "tenantId": tenant })).await;
        let kept = token(&plant);
        plant
            .data(&plant.admin(), "mutation($id: ID!) { deleteResource(id: $id) }", json!({ "id": pump }))
            .await;
        retention::remove_old(plant.ground()).await.unwrap();
        // What was changed by rows that went is still part of the world as it was later.
        let world = decisions.as_of(&kept).await.unwrap();
        assert!(world.entity(ann).is_some());
        let object = atoll_policy::ObjectRef::new(atoll_policy::ObjectKind::Resource, pump);
        assert!(world.object_tenant(object).is_some());
        assert!(decisions.world().unwrap().entity(ann).is_some());
        // `early` is the last revision that went: where the stream begins now.
        plant.later(YEAR).await;
        retention::remove_old(plant.ground()).await.unwrap();
        let error = decisions.as_of(&early).await.expect_err("a refusal");
        assert_eq!(error.code(), "revision.removed", "{error}");
        assert!(error.to_string().contains("removed by audit retention"), "{error}");
        for token in [&early, &kept] {
            let watch = atoll_access::watch::Watch::open(&plant.admin(), &[tenant], Some(token)).await;
            assert_eq!(watch.err().map(|error| error.code()), Some("revision.removed"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_record_is_kept_and_an_edited_checkpoint_is_noticed() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        plant.entity("device", "first", Some(tenant)).await;
        plant.entity("device", "second", Some(tenant)).await;
        let edited = ledger::head(plant.ground().db().reader(), tenant).await.unwrap();
        plant.entity("device", "third", Some(tenant)).await;
        let edit = "UPDATE ledger SET outcome = 'deny' WHERE event = 'entity.create' AND \"after\" LIKE '%\"second\"%'";
        plant.ground().db().writer().execute_unprepared(edit).await.unwrap();
        plant.later(YEAR).await;
        retention::remove_old(plant.ground()).await.unwrap();
        let left = ledger::rows(plant.ground().db().reader(), tenant, 0, 1000).await.unwrap();
        assert_eq!(left[0].revision, edited, "what was edited does not go unnoticed");
        let verified = ledger::verify(plant.ground().db().reader(), |_| {}).await.unwrap();
        assert!(verified.breaks.iter().any(|one| one.stream == tenant && one.revision == edited));

        let forge = "UPDATE ledger_checkpoints SET revision = revision + 1";
        plant.ground().db().writer().execute_unprepared(forge).await.unwrap();
        let (db, keys) = (plant.ground().db().reader(), plant.ground().keys());
        let unsealed = ledger::retention::unsealed(db, keys).await.unwrap();
        let unsealed: Vec<_> = unsealed.iter().map(|one| one.stream).collect();
        assert!(unsealed.contains(&tenant) && unsealed.contains(&PLATFORM_STREAM));
        let verified = ledger::verify(db, |_| {}).await.unwrap();
        assert!(!verified.breaks.is_empty());
    })
    .await;
}
