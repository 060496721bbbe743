//! The decision log: a bounded sample of checks that can never slow one down.

use std::time::{Duration, Instant};

use atoll_access::check::{CheckRequest, check};
use atoll_access::recorded::prune;
use atoll_base::settings::Settings;
use atoll_policy::Ceiling;
use sea_orm_migration::sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{ADMIN, Plant, on_both_with};

const LOG: &str = "query($t: ID, $s: ID, $a: String, $ok: Boolean, $from: String, $to: String) {
    log: decisionLog(tenantId: $t, subjectId: $s, action: $a, allowed: $ok, from: $from, to: $to) {
        total items { subjectId action objectKind objectId tenantId context contextWhole allowed reason door callerId at } } }";

/// Every check is recorded.
fn everything() -> Settings {
    Settings { decision_log_sample: 1.0, decision_log_sample_denied: 1.0, ..Settings::for_tests() }
}

impl Plant {
    async fn log(&self, variables: Value) -> Value {
        self.write_down().await;
        self.data(&self.admin(), LOG, variables).await["log"].take()
    }
}

async fn ask(plant: &Plant, subject: Uuid, action: &str, resource: Uuid, context: Value) {
    let request = CheckRequest {
        subject,
        action: action.into(),
        resource_id: Some(resource),
        context,
        transport: Some("grpc"),
        ..CheckRequest::default()
    };
    check(&plant.admin(), &request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_is_kept_without_secrets_and_found_again() {
    on_both_with(everything(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        ask(&plant, ann, "read", pump, json!({ "site": "north", "apiToken": "hush" })).await;
        plant.later(Duration::from_secs(60)).await;
        ask(&plant, ADMIN, "read", pump, Value::Null).await;
        let log = plant.log(json!({ "t": tenant })).await;
        assert_eq!(log["total"], 2);
        let newest = &log["items"][0];
        assert_eq!((&newest["subjectId"], &newest["allowed"]), (&json!(ADMIN), &json!(true)));
        let mut oldest = log["items"][1].clone();
        let at = oldest["at"].take();
        assert_eq!(
            oldest,
            json!({ "subjectId": ann, "action": "read", "objectKind": "resource", "objectId": pump, "tenantId": tenant,
                "context": { "site": "north" }, "contextWhole": false, "allowed": false,
                "reason": "no matching allow policy", "door": "grpc", "callerId": ADMIN, "at": null })
        );
        for (variables, total) in [
            (json!({ "t": tenant, "s": ann }), 1),
            (json!({ "t": tenant, "ok": true }), 1),
            (json!({ "t": tenant, "a": "write" }), 0),
            (json!({ "t": tenant, "to": at }), 0),
            (json!({ "t": tenant, "from": at }), 2),
            (json!({}), 2),
        ] {
            assert_eq!(plant.log(variables.clone()).await["total"], total, "{variables}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_deal_with_policies_there_read_it() {
    on_both_with(everything(), async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let manager = plant.person_who_may("manager", tenant, &["policy.manage"]).await;
        let stranger = plant.person_who_may("stranger", other, &["policy.manage"]).await;
        let checker = plant.person_who_may("checker", tenant, &["authz.check"]).await;
        plant.data(&manager, LOG, json!({ "t": tenant })).await;
        assert_eq!(plant.refusal(&manager, LOG, json!({})).await, "forbidden");
        for caller in [stranger, checker, plant.capped(ADMIN, None, Ceiling::default())] {
            assert_eq!(plant.refusal(&caller, LOG, json!({ "t": tenant })).await, "forbidden");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_store_changes_neither_the_speed_nor_the_answers_of_checks() {
    const QUESTIONS: u64 = 11_000;
    on_both_with(everything(), async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let hour = Duration::from_secs(3600);
        // The clock of the house stands still, so that decisions stay confirmed while the store hangs.
        let blocker = plant.ground().db().begin().await.unwrap();
        if plant.ground().db().engine() == atoll_base::db::Engine::Postgres {
            blocker.execute_unprepared("LOCK TABLE decision_log IN ACCESS EXCLUSIVE MODE").await.unwrap();
        }
        let (inboxes, ground) = (plant.questions.clone(), plant.ground().clone());
        let writer = tokio::spawn(async move {
            let (_stop, stopped) = tokio::sync::watch::channel(false);
            let mut into = atoll_access::recorded::IntoLog(ground);
            let _ = tokio::time::timeout(hour, inboxes.lock().await.log.run(stopped, &mut into)).await;
        });
        let request = CheckRequest {
            subject: ADMIN,
            action: "read".into(),
            resource_id: Some(pump),
            ..CheckRequest::default()
        };
        let ctx = plant.admin();
        let mut slowest = Duration::ZERO;
        let begun = Instant::now();
        for _ in 0..QUESTIONS {
            let one = Instant::now();
            assert!(check(&ctx, &request).await.unwrap().allowed);
            slowest = slowest.max(one.elapsed());
        }
        // Even a test build on a busy machine answers thousands a second; a check that waited would never end.
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
        assert!(slowest < Duration::from_secs(2), "{slowest:?}");
        let lost = plant.ground().questions().log().lost();
        assert!((1..QUESTIONS).contains(&lost), "{lost}");
        blocker.rollback().await.unwrap();
        writer.abort();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_of_nothing_keeps_nothing_and_trials_leave_no_trace() {
    let nothing =
        Settings { decision_log_sample: 0.0, decision_log_sample_denied: 1.0, ..Settings::for_tests() };
    on_both_with(nothing, async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        ask(&plant, ADMIN, "read", pump, Value::Null).await;
        let document = "mutation($i: AuthzCheckInput!) { authzCheck(input: $i) { allowed } }";
        let question = json!({ "i": { "subjectId": ann, "action": "read", "resourceId": pump } });
        plant.tried(&plant.admin(), document, question).await;
        assert_eq!(plant.log(json!({})).await["total"], 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stays_within_its_bounds_and_forgets_what_is_purged() {
    let few = Settings { decision_log_max_rows: 5, ..everything() };
    on_both_with(few, async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let pump = plant.resource(json!({ "kind": "rule", "name": "pump", "tenantId": tenant })).await;
        let mill = plant.resource(json!({ "kind": "rule", "name": "mill", "tenantId": other })).await;
        for second in 0..8 {
            plant.later(Duration::from_secs(1)).await;
            let (subject, object) = if second < 6 { (ADMIN, pump) } else { (ann, mill) };
            ask(&plant, subject, "read", object, Value::Null).await;
        }
        plant.write_down().await;
        assert_eq!(prune(plant.ground()).await.unwrap(), 3);
        assert_eq!(plant.log(json!({})).await["total"], 5);
        let act = async |call: String| plant.data(&plant.admin(), &call, json!({})).await;
        act(format!("mutation {{ deleteEntity(id: \"{ann}\") }}")).await;
        act(format!("mutation {{ purgeEntity(id: \"{ann}\") }}")).await;
        assert_eq!(plant.log(json!({})).await["total"], 3);
        act(format!("mutation {{ deleteTenant(id: \"{tenant}\") }}")).await;
        act(format!("mutation {{ purgeTenant(id: \"{tenant}\") }}")).await;
        assert_eq!(plant.log(json!({})).await["total"], 0);
        ask(&plant, ADMIN, "read", mill, Value::Null).await;
        plant.write_down().await;
        plant.later(Duration::from_secs(31 * 86_400)).await;
        assert_eq!(prune(plant.ground()).await.unwrap(), 1);
    })
    .await;
}
