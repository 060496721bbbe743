//! Whose certificate it is, for programs that end TLS: nothing is told before it is known who asks.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Kind, Result};
use atoll_pki::certificates::{Resolved, resolve};
use serde_json::json;

use super::{REVOKE, with_authority};

fn said(result: Result<Resolved>) -> (Kind, String) {
    let error = result.expect_err("a refusal");
    (error.kind(), error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_may_ask_in_its_tenant_learns_anything_about_a_certificate() {
    with_authority(async |plant, _| {
        let (one, two) = (plant.tenant("one").await, plant.tenant("two").await);
        let meter = plant.entity("device", "meter", Some(one)).await;
        let made =
            plant.certificate(&plant.admin(), meter, json!({ "ttlSecs": 3600 })).await["certificate"].take();
        let serial = made["serialNumber"].as_str().unwrap().to_owned();
        let fingerprint = made["fingerprintSha256"].as_str().unwrap().to_owned();
        let adapter = plant.person_who_may("adapter", one, &["authz.check"]).await;
        let other = plant.person_who_may("other", two, &["authz.check"]).await;
        let person = plant.entity("human", "ann", Some(one)).await;
        let person = plant.caller(person, Some(one));
        let ask = async |ctx: &Ctx, print: Option<&str>| resolve(ctx, &serial, print).await;

        let found = ask(&adapter, Some(&fingerprint.to_uppercase())).await.unwrap();
        assert_eq!((found.entity, found.tenant), (meter, Some(one)));
        assert_eq!(json!(found.credential), made["credentialId"]);
        assert_eq!(json!(found.expires_at.rfc3339()), made["expiresAt"]);
        assert_eq!(resolve(&adapter, &serial.to_uppercase(), None).await.unwrap(), found);

        let hidden = (Kind::Missing, "not found".to_owned());
        let forbidden = (Kind::Denied, "forbidden".to_owned());
        let everybody = async |state: &str| {
            assert_eq!(said(ask(&other, None).await), hidden, "{state}");
            assert_eq!(said(ask(&other, Some("00")).await), hidden, "{state}");
            assert_eq!(said(resolve(&other, "0123", None).await), hidden, "{state}");
            assert_eq!(said(ask(&person, None).await), forbidden, "{state}");
            assert_eq!(said(ask(&person, Some("00")).await), forbidden, "{state}");
            assert_eq!(said(resolve(&person, "0123", None).await), forbidden, "{state}");
            assert_eq!(said(ask(&plant.nobody(), None).await).1, "missing authentication", "{state}");
        };
        everybody("good").await;
        assert_eq!(
            said(ask(&adapter, Some("00")).await),
            (Kind::Unauthenticated, "certificate fingerprint mismatch".into())
        );
        assert_eq!(said(resolve(&adapter, "0123", None).await), hidden);
        assert_eq!(
            said(resolve(&adapter, "xyz", None).await),
            (Kind::Invalid, "invalid certificate serial number".into())
        );

        let switch = async |call: &str| {
            let call = format!("mutation($e: ID!) {{ {call}(id: $e) {{ id }} }}");
            plant.data(&plant.admin(), &call, json!({ "e": meter })).await;
        };
        switch("disableEntity").await;
        assert_eq!(said(ask(&adapter, None).await), (Kind::Missing, "entity not found".into()));
        everybody("switched off").await;
        switch("enableEntity").await;

        plant.later(Duration::from_secs(3600)).await;
        assert_eq!(said(ask(&adapter, None).await), (Kind::Unauthenticated, "certificate expired".into()));
        everybody("expired").await;
        plant.data(&plant.admin(), REVOKE, json!({ "i": { "serialNumber": serial } })).await;
        assert_eq!(said(ask(&adapter, None).await), (Kind::Unauthenticated, "certificate revoked".into()));
        everybody("revoked").await;
    })
    .await;
}
