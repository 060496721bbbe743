//! How the system is: for its administrators, and nobody else.

use std::sync::Arc;

use serde_json::json;

use crate::harness::on_both;

const STATUS: &str = "{ systemStatus {
    status httpReady { status message } grpcReady { status } database { status message } migrations { status }
    signingKeys { status } certificateIssuer { status message }
    dbPool { maxConnections minConnections acquireTimeoutSecs connectTimeoutSecs idleTimeoutSecs maxLifetimeSecs size idle }
    signingKeyState { configuredKeyId encryptedCount plaintextCount totalCount plaintextAllowed }
    auditRetention { enabled days cleanupIntervalSecs cleanupBatchSize lastCleanup }
    rateLimits { enabled policies { category maxRequests windowSecs } trustedProxyCidrs } } }";

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_how_every_part_is() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let boss = plant.tenant_admin("boss", tenant).await;
        assert_eq!(plant.refusal(&boss, STATUS, json!({})).await, "forbidden");
        assert_eq!(plant.refusal(&plant.nobody(), STATUS, json!({})).await, "missing authentication");
        plant.app.health.set_serving(true);
        let status = plant.data(&plant.admin(), STATUS, json!({})).await["systemStatus"].take();
        assert_eq!((&status["status"], &status["database"]["status"]), (&json!("ok"), &json!("ok")));
        assert_eq!(status["database"]["message"], "database reachable");
        assert_eq!(status["certificateIssuer"]["status"], "disabled");
        let keys = json!({ "configuredKeyId": "local:v1", "encryptedCount": 1, "plaintextCount": 0, "totalCount": 1, "plaintextAllowed": false });
        assert_eq!(status["signingKeyState"], keys);
        assert_eq!(status["auditRetention"]["days"], 365);
        let policies = status["rateLimits"]["policies"].as_array().unwrap();
        let categories: Vec<_> = policies.iter().filter_map(|one| one["category"].as_str()).collect();
        let all =
            ["auth_routes", "public_routes", "graphql", "custom_endpoints", "admin_routes", "service_calls"];
        assert_eq!(categories, all);
        let services = json!({ "category": "service_calls", "maxRequests": 60_000, "windowSecs": 60 });
        assert_eq!(policies[5], services);
        plant.app.health.set_serving(false);
        let status = plant.data(&plant.admin(), STATUS, json!({})).await["systemStatus"].take();
        assert_eq!((&status["status"], &status["httpReady"]["status"]), (&json!("error"), &json!("error")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_come_and_go_are_counted_sensibly() {
    on_both(async |plant| {
        let plant = Arc::new(plant);
        let looks = (0..8).map(|_| {
            let plant = plant.clone();
            tokio::spawn(async move {
                for _ in 0..100 {
                    let pool = "{ systemStatus { dbPool { size idle } } }";
                    let status = plant.data(&plant.admin(), pool, json!({})).await;
                    let pool = &status["systemStatus"]["dbPool"];
                    assert!(pool["idle"].as_u64() <= pool["size"].as_u64(), "{pool}");
                }
            })
        });
        for look in looks.collect::<Vec<_>>() {
            look.await.unwrap();
        }
    })
    .await;
}
