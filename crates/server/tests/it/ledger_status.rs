//! The chain of the ledger is proved again and again, and administrators see how that ended.

use std::sync::Arc;

use atoll_access::audit::verification::ROUNDS;
use atoll_base::jobs::Worker;
use sea_orm_migration::sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::harness::{Plant, on_both};

const STATUS: &str = "{ ledgerStatus { streams records verifiedAt holds verifiedRecords breaks awaited } }";
const VERIFY: &str = "mutation { verifyLedger }";

async fn status(plant: &Plant) -> Value {
    plant.data(&plant.admin(), STATUS, json!({})).await["ledgerStatus"].take()
}

fn worker() -> Worker {
    Worker::default().with(ROUNDS.kind(), Arc::new(ROUNDS))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_edits_the_past_is_noticed() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        plant.entity("device", "first", Some(tenant)).await;
        let before = status(&plant).await;
        assert_eq!((&before["holds"], &before["awaited"]), (&Value::Null, &json!(false)));

        plant.data(&plant.admin(), VERIFY, json!({})).await;
        assert_eq!(status(&plant).await["awaited"], true);
        assert!(worker().work_once(plant.ground()).await);
        let proved = status(&plant).await;
        assert_eq!((&proved["holds"], &proved["awaited"]), (&json!(true), &json!(false)));
        assert!(proved["verifiedAt"].is_string() && proved["breaks"] == json!([]));
        assert!(proved["verifiedRecords"].as_i64() < proved["records"].as_i64(), "the proof is a record too");

        let edit = "UPDATE ledger SET outcome = 'deny' WHERE event = 'entity.create' AND \"after\" LIKE '%\"first\"%'";
        plant.ground().db().writer().execute_unprepared(edit).await.unwrap();
        plant.data(&plant.admin(), VERIFY, json!({})).await;
        assert!(worker().work_once(plant.ground()).await);
        let broken = status(&plant).await;
        assert_eq!(broken["holds"], false);
        assert_eq!(broken["breaks"][0]["tenantId"], json!(tenant));
        assert_eq!(broken["breaks"][0]["why"], "its content was changed");
        let told = "{ auditLogs(event: \"ledger.verified\", limit: 1) { items { outcome reason } } }";
        let told = plant.data(&plant.admin(), told, json!({})).await["auditLogs"]["items"][0].take();
        assert_eq!(told, json!({ "outcome": "error", "reason": "the chain does not hold" }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_is_proved_once_a_round_without_being_asked() {
    let plant = Plant::with(atoll_base::settings::Settings::for_tests()).await;
    ROUNDS.plan(plant.ground()).await.unwrap();
    assert!(worker().work_once(plant.ground()).await);
    assert_eq!(status(&plant).await["holds"], Value::Null, "a new house has nothing to prove");
    plant.later(plant.ground().settings().ledger_verify_interval_secs).await;
    assert!(worker().work_once(plant.ground()).await);
    let proved = status(&plant).await;
    assert_eq!(proved["holds"], true);
    // Whoever starts again meanwhile does not prove it again.
    ROUNDS.plan(plant.ground()).await.unwrap();
    worker().work_once(plant.ground()).await;
    assert_eq!(status(&plant).await["verifiedAt"], proved["verifiedAt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_is_found_by_its_place_by_whoever_may_read_it() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        let one =
            "query($t: ID, $r: Int!) { auditLog(tenantId: $t, revision: $r) { event stream revision } }";
        let mine = plant.data(&boss, one, json!({ "t": tenant, "r": 1 })).await;
        assert_eq!(mine["auditLog"]["stream"], json!(tenant));
        let refused = plant.refusal(&boss, one, json!({ "t": null, "r": 1 })).await;
        assert_eq!(
            refused,
            plant.refusal(&boss, one, json!({ "t": tenant, "r": 1_000_000 })).await.replace("1000000", "1")
        );
        assert_eq!(
            plant.data(&plant.admin(), one, json!({ "t": null, "r": 1 })).await["auditLog"]["revision"],
            1
        );
        assert_eq!(plant.refusal(&boss, VERIFY, json!({})).await, "forbidden");
        assert_eq!(plant.refusal(&boss, STATUS, json!({})).await, "forbidden");
    })
    .await;
}
