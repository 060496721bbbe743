//! Work that waits, and what was given up: for administrators, and nobody else.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::jobs::{self, Job};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Plant, on_both};

const JOBS: &str = "query($s: JobState, $k: String) { jobs(state: $s, kind: $k) { total
    items { id kind state attempts maxAttempts lastError endedAt } } }";

/// A job that was tried once, failed, and is not tried again.
pub async fn given_up(plant: &Plant, kind: &'static str) -> Uuid {
    let ctx = Ctx::platform(plant.ground().clone(), "a test");
    let tx = ctx.begin().await.unwrap();
    let job = Job::new(kind, json!({ "to": "somebody@example.test" }), ctx.now());
    let id = jobs::enqueue(&tx, Job { max_attempts: 1, ..job }).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    for job in jobs::claim(plant.ground(), &[kind], Duration::from_secs(60), 100).await.unwrap() {
        assert!(jobs::fail(plant.ground(), &job, "nobody answers").await.unwrap());
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_seen_and_tried_again_or_thrown_away() {
    on_both(async |plant| {
        let (again, away) = (given_up(&plant, "parcel").await, given_up(&plant, "letter").await);
        let admin = plant.admin();
        let dead = plant.data(&admin, JOBS, json!({ "s": "dead" })).await;
        assert_eq!(dead["jobs"]["total"], 2);
        let letters = plant.data(&admin, JOBS, json!({ "s": "dead", "k": "letter" })).await;
        let letter = &letters["jobs"]["items"][0];
        assert_eq!((&letter["id"], &letter["lastError"]), (&json!(away), &json!("nobody answers")));
        assert_eq!((&letter["attempts"], &letter["maxAttempts"]), (&json!(1), &json!(1)));
        assert!(!dead.to_string().contains("somebody@"), "what is in a job is not shown");

        let retry = "mutation($id: ID!) { retryJob(id: $id) }";
        let discard = "mutation($id: ID!) { discardJob(id: $id) }";
        plant.data(&admin, retry, json!({ "id": again })).await;
        plant.data(&admin, discard, json!({ "id": away })).await;
        assert_eq!(plant.data(&admin, JOBS, json!({ "s": "dead" })).await["jobs"]["total"], 0);
        let waiting = plant.data(&admin, JOBS, json!({ "s": "waiting", "k": "parcel" })).await;
        assert_eq!(waiting["jobs"]["items"][0]["id"], json!(again));
        assert_eq!(waiting["jobs"]["items"][0]["attempts"], 0);
        // Only what was given up can be brought back or thrown away.
        for change in [retry, discard] {
            assert!(plant.refusal(&admin, change, json!({ "id": again })).await.contains("not found"));
        }
        let told = "{ auditLogs(limit: 2) { items { event targetKind targetId } } }";
        let told = plant.data(&admin, told, json!({})).await;
        assert_eq!(told["auditLogs"]["items"][0]["event"], "job.discard");
        assert_eq!(
            told["auditLogs"]["items"][1],
            json!({ "event": "job.redrive", "targetKind": "job", "targetId": again })
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_for_administrators_of_the_platform() {
    on_both(async |plant| {
        let job = given_up(&plant, "parcel").await;
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        assert_eq!(plant.refusal(&boss, JOBS, json!({})).await, "forbidden");
        for change in ["retryJob", "discardJob"] {
            let change = format!("mutation($id: ID!) {{ {change}(id: $id) }}");
            assert_eq!(plant.refusal(&boss, &change, json!({ "id": job })).await, "forbidden");
        }
        let settings = "{ systemSettings { key } }";
        assert_eq!(plant.refusal(&boss, settings, json!({})).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_told_with_their_origin_and_no_secret() {
    use atoll_base::settings::{Inputs, Settings};
    use atoll_server::App;
    use atoll_server::graphql::SettingOrigins;
    let plant = Plant::with(Settings::for_tests()).await;
    let sets = ["admin_secret=a secret of this test", "log_format=json"].map(str::to_owned).to_vec();
    let folder = tempfile::tempdir().unwrap();
    let loaded = Settings::load(&Inputs { sets, folder: folder.path().into(), ..Inputs::default() }).unwrap();
    let origins = SettingOrigins(Arc::from(loaded.origins));
    let app = App::new(plant.ground().clone(), plant.app.identity.clone(), plant.app.pki.clone(), origins);
    let ask =
        "{ systemSettings { key group description value default allowed source name environment secret } }";
    let request = async_graphql::Request::new(ask);
    let answer = atoll_server::graphql::run(&app, plant.admin(), request).await;
    let all = serde_json::to_value(&answer).unwrap()["data"]["systemSettings"].clone();
    let one = |key: &str| all.as_array().unwrap().iter().find(|one| one["key"] == key).unwrap().clone();
    let format = one("log_format");
    assert_eq!((&format["value"], &format["source"]), (&json!("json"), &json!("command line")));
    let secret = one("admin_secret");
    assert_eq!((&secret["value"], &secret["secret"]), (&json!("set"), &json!(true)));
    assert_eq!(one("listen_addr")["source"], "default");
    assert!(!all.to_string().contains("a secret of this test"));
}
