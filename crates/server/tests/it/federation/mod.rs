//! Signing in with another OpenID provider, and everything that must not sign anybody in.

mod browser;
mod linking;
mod refusals;
mod upstream;

use std::sync::Arc;
use std::time::Duration;

use atoll_base::settings::Settings;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use crate::harness::{Plant, on_both_with};
use upstream::{CLIENT, Upstream};

fn settings(upstream: &Upstream) -> Settings {
    Settings { oidc_providers: vec![upstream.provider()], rate_limit_enabled: false, ..Settings::for_tests() }
}

/// Runs the test with a provider, on a fresh house of each engine.
async fn with_upstream(test: impl AsyncFn(Plant, Arc<Upstream>)) {
    let upstream = Upstream::start().await;
    on_both_with(settings(&upstream), async |plant| {
        *upstream.says.lock() = Default::default();
        test(plant, upstream.clone()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_gets_an_account_and_comes_back_to_it() {
    with_upstream(async |plant, upstream| {
        plant.entity("human", "anna", None).await;
        let away = plant.leave().await;
        assert_eq!(away.sent["client_id"], CLIENT);
        assert_eq!(away.sent["redirect_uri"], "http://localhost:8080/auth/oauth/corp/callback");
        assert_eq!(away.sent["scope"], "openid email profile");
        assert_eq!((&*away.sent["code_challenge_method"], &*away.sent["response_type"]), ("S256", "code"));
        assert!(away.sent["state"].starts_with("atoms_"), "{away:?}");
        let told = plant.dance(&upstream, &away, |_| {}).await;
        assert_eq!(told["return_to"], "/dashboard");
        assert!(told["code"].starts_with("atomx_"), "{told:?}");
        let (status, body, cookie) = plant.exchanges(&told["code"], &[]).await;
        assert_eq!((status, &body["email_verified"], cookie), (200, &json!(true), None));
        let who = plant.recognise(body["token"].as_str().unwrap()).await.unwrap();
        assert_eq!((who.kind.as_str(), who.methods.words()), ("oidc", vec!["fed"]));

        // Whoever comes back has the same account, whatever their address is by then.
        let ctx = plant.with_token(body["token"].as_str().unwrap()).await;
        let made = "mutation { createTenant(input: { name: \"mine\" }) { id } }";
        plant.data(&ctx, made, json!({})).await;
        let query =
            "query($id: ID!) { entity(id: $id) { name } linkedIdentities { provider subject usable } }";
        let seen = plant.data(&ctx, query, json!({ "id": who.entity })).await;
        let name = seen["entity"]["name"].as_str().unwrap();
        assert!(name.starts_with("anna-") && name.len() == 11, "a name that is taken gets letters: {name}");
        let linked = json!([{ "provider": "corp", "subject": "anna-there", "usable": true }]);
        assert_eq!(seen["linkedIdentities"], linked);
        let away = plant.leave().await;
        let told = plant.dance(&upstream, &away, |claims| claims["email"] = "other@example.com".into()).await;
        let (_, again, _) = plant.exchanges(&told["code"], &[]).await;
        assert_eq!(again["entity_id"], body["entity_id"]);
        assert_eq!(upstream.says.lock().discovered, 1, "what is known of a provider is kept");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_a_provider_is_fetched_anew_behind_everybodys_back() {
    with_upstream(async |plant, upstream| {
        plant.leave().await;
        upstream.says.lock().down = true;
        plant.later(Duration::from_secs(3600)).await;
        plant.leave().await;
        plant.settle().await;
        assert_eq!(upstream.says.lock().discovered, 2, "it was asked, and what was known is still used");
        plant.later(Duration::from_secs(24 * 3600)).await;
        let start = Request::get("/auth/oauth/corp/start");
        assert_eq!(plant.sends(start, Body::empty()).await.status(), 503);
        upstream.says.lock().down = false;
        plant.later(Duration::from_secs(10)).await;
        plant.leave().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ours_gets_the_cookie_in_the_browser_that_signed_in() {
    with_upstream(async |plant, upstream| {
        let ours = (header::ORIGIN, "http://localhost:8080");
        for (origin, with_cookie) in [(ours.clone(), true), ((header::ORIGIN, "https://evil.example"), false)]
        {
            let away = plant.leave().await;
            let told = plant.dance(&upstream, &away, |_| {}).await;
            let headers = [origin, (header::COOKIE, away.cookie.as_str())];
            let (status, _, cookie) = plant.exchanges(&told["code"], &headers).await;
            assert_eq!((status, cookie.is_some()), (200, with_cookie));
        }
        // Somebody else's code signs nobody in in another browser.
        let (mine, theirs) = (plant.leave().await, plant.leave().await);
        let told = plant.dance(&upstream, &theirs, |_| {}).await;
        let headers = [ours, (header::COOKIE, mine.cookie.as_str())];
        let (status, body, cookie) = plant.exchanges(&told["code"], &headers).await;
        assert_eq!((status, &body["error"], cookie), (400, &json!("invalid exchange code"), None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_whatever_the_provider_says() {
    with_upstream(async |plant, upstream| {
        let first = plant.signs_in(&upstream).await;
        let ctx = plant.with_token(first["token"].as_str().unwrap()).await;
        let own = plant.set_up_app(&ctx).await;
        let away = plant.leave().await;
        let told = plant.dance(&upstream, &away, |claims| claims["amr"] = json!(["mfa", "otp", "hwk"])).await;
        let (status, body, _) = plant.exchanges(&told["code"], &[]).await;
        assert_eq!((status, &body["code"]), (401, &json!("auth.second_factor_required")), "{body}");
        let code = crate::authenticator::totp(&own.app, plant.seconds());
        let token = plant.second_step(&body["details"], json!({ "totp": code })).await;
        let who = plant.recognise(&token).await.unwrap();
        assert_eq!((who.kind.as_str(), who.methods.words()), ("oidc", vec!["otp", "fed"]));
        assert!(who.methods.mfa());
    })
    .await;
}
