//! Without an authority everything says that certificates are off, and nothing else breaks.

use std::time::Duration;

use atoll_server::health::PartStatus;
use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::{FROM_CSR, ISSUE, LIST, RENEW, REVOKE, REVOKE_ALL, SHOW, issue};
use crate::authorities::{Files, authority};
use crate::harness::{Plant, on_both};

const OFF: &str = "certificate support is disabled";

#[tokio::test(flavor = "multi_thread")]
async fn without_an_authority_every_operation_says_so() {
    on_both(async |plant| {
        let admin = plant.admin();
        let meter = plant.entity("device", "meter", None).await;
        let one = json!({ "i": { "serialNumber": "01" } });
        for (call, variables) in [
            ("{ caChain }", json!({})),
            (ISSUE, issue(meter, json!({}))),
            (FROM_CSR, json!({ "i": { "entityId": meter, "csrPem": "" } })),
            (RENEW, one.clone()),
            (REVOKE, one),
            (REVOKE_ALL, json!({ "e": meter })),
            (LIST, json!({})),
            (SHOW, json!({ "id": Uuid::from_u128(404) })),
        ] {
            assert_eq!(plant.refusal(&admin, call, variables).await, OFF, "{call}");
        }
        for (method, path) in [
            ("GET", "/certs/ca-chain"),
            ("GET", "/certs/crl"),
            ("POST", "/certs/ocsp"),
            ("GET", "/certs/ocsp/MAA="),
        ] {
            let (status, _, body) = plant.http(method, path, Vec::new()).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
            assert!(String::from_utf8_lossy(&body).contains(OFF), "{path}");
        }
        let part = plant.app.health.report().await.certificate_issuer;
        assert_eq!(part.message, "certificate issuer disabled");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_how_the_authority_signs() {
    for (files, message) in [
        (Files::root(&rcgen::PKCS_ED25519), "certificate issuer loaded using file_root_issuer"),
        (
            Files::intermediate(&rcgen::PKCS_ED25519),
            "certificate issuer loaded using file_intermediate_issuer",
        ),
    ] {
        let plant = Plant::with(files.settings()).await;
        assert_eq!(plant.app.health.report().await.certificate_issuer.message, message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_has_expired_issues_nothing_more_and_takes_nothing_else_down() {
    let mut params = authority("Test Root");
    params.not_after = rcgen::date_time_ymd(2028, 1, 1);
    let files = Files::root_of(params, &rcgen::PKCS_ECDSA_P256_SHA256);
    let plant = Plant::with(files.settings()).await;
    let meter = plant.entity("device", "meter", None).await;
    plant.certificate(&plant.admin(), meter, json!({})).await;
    plant.later(Duration::from_secs(366 * 86_400)).await;
    let report = plant.app.health.report().await;
    assert_eq!(report.certificate_issuer.message, "certificate issuer expired");
    assert_eq!(report.certificate_issuer.status, PartStatus::Degraded);
    let said = plant.refusal(&plant.admin(), ISSUE, issue(meter, json!({}))).await;
    assert_eq!(said, "requested certificate validity exceeds active issuer CA validity");
    let (status, _, _) = plant.http("GET", "/certs/crl", Vec::new()).await;
    assert_eq!(status, StatusCode::OK);
}
