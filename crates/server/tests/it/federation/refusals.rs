//! What signs nobody in.

use std::time::Duration;

use atoll_base::settings::Settings;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::browser::query;
use super::upstream::{CLIENT, Signed};
use super::{settings, with_upstream};
use crate::harness::Plant;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_signs_nobody_in() {
    with_upstream(async |plant, upstream| {
        let now = plant.seconds();
        let changes: [(&str, Value, &str); 10] = [
            ("nonce", json!("another"), "the nonce is another"),
            ("nonce", Value::Null, "the nonce is another"),
            ("iss", json!("https://evil.example"), "the issuer is another"),
            ("aud", json!("another-client"), "the audience is another"),
            ("aud", json!([CLIENT, "another-client"]), "the audience is another"),
            ("azp", json!("another-client"), "made for another client"),
            ("exp", json!(now - 61), "expired, or issued at another time"),
            ("iat", json!(now - 3600), "expired, or issued at another time"),
            ("iat", json!(now + 3600), "expired, or issued at another time"),
            ("at_hash", json!("bm90IGl0"), "at_hash is of another access token"),
        ];
        for (claim, value, why) in changes {
            let refused = plant.dance_refused(&upstream, |claims| claims[claim] = value.clone()).await;
            assert_eq!(refused, format!("invalid id_token: {why}"), "{claim} {value}");
        }
        for (signed, why) in [
            (Signed::Not, "the signature algorithm is not allowed"),
            (Signed::WithSecret, "the signature algorithm is not allowed"),
            (Signed::ByAnother, "the signature does not hold"),
        ] {
            upstream.says.lock().signed = signed;
            let refused = plant.dance_refused(&upstream, |_| {}).await;
            assert_eq!(refused, format!("invalid id_token: {why}"), "{signed:?}");
        }
        upstream.says.lock().signed = Signed::Well;
        let unverified = "oauth email is not verified";
        for verified in [json!(false), Value::Null] {
            let refused = plant.dance_refused(&upstream, |claims| claims["email_verified"] = verified).await;
            assert_eq!(refused, unverified);
        }
        let without = |claims: &mut Value| claims["email"] = Value::Null;
        assert_eq!(plant.dance_refused(&upstream, without).await, "oauth provider did not return email");
        // Of somebody else is nothing taken either.
        let other = json!({ "sub": "boris-there", "email": "boris@example.com", "email_verified": true });
        upstream.says.lock().userinfo = Some(other);
        assert_eq!(plant.dance_refused(&upstream, without).await, "oauth provider did not return email");
        upstream.says.lock().no_id_token = true;
        let none = plant.dance_refused(&upstream, |_| {}).await;
        assert_eq!(none, "oauth provider did not return id_token");
        upstream.says.lock().refuses = true;
        let none = plant.dance_refused(&upstream, |_| {}).await;
        assert_eq!(none, "oauth token exchange failed: invalid_grant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_may_also_be_asked_for() {
    with_upstream(async |plant, upstream| {
        let told = json!({ "sub": "anna-there", "email": "Anna@Example.com", "email_verified": true });
        upstream.says.lock().userinfo = Some(told);
        let away = plant.leave().await;
        let told = plant.dance(&upstream, &away, |claims| claims["email"] = Value::Null).await;
        assert!(told.contains_key("code"), "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_changed_are_fetched_and_unknown_ones_not_again_and_again() {
    with_upstream(async |plant, upstream| {
        plant.signs_in(&upstream).await;
        upstream.rotate("second");
        plant.signs_in(&upstream).await;
        assert_eq!(upstream.says.lock().discovered, 2);
        upstream.says.lock().signed = Signed::ByAnother;
        for _ in 0..3 {
            plant.dance_refused(&upstream, |_| {}).await;
        }
        assert_eq!(upstream.says.lock().discovered, 2, "not within ten seconds");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_back_twice_or_from_another_browser() {
    with_upstream(async |plant, upstream| {
        let bad = "invalid oauth state";
        let error = |location: String| query(&location).remove("error").unwrap_or_default();
        let (one, two) = (plant.leave().await, plant.leave().await);
        let with = |away: &super::browser::Away| {
            [("code".to_owned(), "a code".to_owned()), ("state".to_owned(), away.sent["state"].clone())]
        };
        for cookie in ["", two.cookie.as_str(), "atoll_oauth=x"] {
            let parameters = with(&one);
            let parameters: Vec<_> = parameters.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!(error(plant.comes_back(&parameters, cookie).await), bad, "{cookie:?}");
        }
        let told = plant.dance(&upstream, &one, |_| {}).await;
        let code = told["code"].clone();
        assert_eq!(plant.dance(&upstream, &one, |_| {}).await["error"], bad, "once");
        // Nor with the answer of another provider.
        let mixed =
            [("code", "a code"), ("state", two.sent["state"].as_str()), ("iss", "https://evil.example")];
        assert_eq!(error(plant.comes_back(&mixed, &two.cookie).await), bad);
        let late = plant.leave().await;
        plant.later(Duration::from_secs(600)).await;
        assert_eq!(plant.dance(&upstream, &late, |_| {}).await["error"], bad, "too late");
        for (parameters, text) in [
            (vec![("state", "x")], "missing oauth code"),
            (vec![("code", "x")], "missing oauth state"),
            (vec![("error", "access_denied"), ("state", "x")], "oauth provider error: access_denied"),
            (vec![("error", "call this number")], "oauth provider error: unreadable"),
        ] {
            assert_eq!(error(plant.comes_back(&parameters, &late.cookie).await), text);
        }
        // The code was good for five minutes, and would have been for one session.
        let refused = |answer: (u16, Value, Option<String>)| {
            assert_eq!((answer.0, &answer.1["error"]), (400, &json!("invalid exchange code")));
        };
        refused(plant.exchanges(&code, &[]).await);
        refused(plant.exchanges("atomx_x", &[]).await);
        let away = plant.leave().await;
        let code = plant.dance(&upstream, &away, |_| {}).await["code"].clone();
        let (first, second) = tokio::join!(plant.exchanges(&code, &[]), plant.exchanges(&code, &[]));
        let mut both = [first.0, second.0];
        both.sort_unstable();
        assert_eq!(both, [200, 400]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_set_is_left_for_and_returned_to() {
    with_upstream(async |plant, _upstream| {
        for (path, status, text) in [
            ("/auth/oauth/nobody/start", 404, "oauth provider not configured"),
            ("/auth/oauth/corp/start?return_to=//evil.example", 400, "return_to must be a same-origin path"),
            (
                "/auth/oauth/corp/start?return_to=/%5Cevil.example",
                400,
                "return_to must be a same-origin path",
            ),
            ("/auth/oauth/corp/start?return_to=javascript:x", 400, "return_to must be a same-origin path"),
        ] {
            let answer = plant.sends(Request::get(path), Body::empty()).await;
            assert_eq!(answer.status(), status, "{path}");
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["error"], text);
        }
    })
    .await;
}

/// The same house after a restart with other settings.
async fn restarted(plant: Plant, settings: Settings) -> Plant {
    let other = plant.another_with(settings).await;
    drop(plant);
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_gone_or_another_signs_nobody_in_nor_keeps_them_signed_in() {
    with_upstream(async |plant, upstream| {
        let body = plant.signs_in(&upstream).await;
        let token = body["token"].as_str().unwrap();
        let refresh = "mutation { refreshSession { token } }";
        plant.data(&plant.with_token(token).await, refresh, json!({})).await;
        let away = plant.leave().await;
        let code = plant.dance(&upstream, &away, |_| {}).await["code"].clone();

        // Without new accounts, those that there are stay.
        let closed = Settings { self_registration_enabled: false, ..settings(&upstream) };
        let plant = restarted(plant, closed).await;
        plant.signs_in(&upstream).await;
        let stranger = |claims: &mut Value| {
            claims["sub"] = "boris-there".into();
            claims["email"] = "boris@example.com".into();
        };
        assert_eq!(plant.dance_refused(&upstream, stranger).await, "sign up is not enabled");

        let mut others = settings(&upstream);
        others.oidc_providers[0].issuer = "https://id.example".into();
        let gone = Settings { oidc_providers: Vec::new(), ..settings(&upstream) };
        let mut plant = plant;
        for changed in [others, gone] {
            plant = restarted(plant, changed).await;
            let refused = plant.refusal(&plant.with_token(token).await, refresh, json!({})).await;
            assert_eq!(refused, "session is not refreshable");
        }
        let (status, body, _) = plant.exchanges(&code, &[]).await;
        assert_eq!((status, &body["error"]), (401, &json!("invalid credentials")));
    })
    .await;
}
