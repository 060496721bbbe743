//! Tokens that attackers make, and tokens for others or from others: worth nothing anywhere.

use std::time::Duration;

use atoll_base::db::Engine;
use atoll_base::settings::Settings;
use atoll_identity::tokens::Introspected;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{ADMIN, Plant, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn hostile_tokens_are_worth_nothing_anywhere() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        let good = plant.session_token_of("anna").await;
        let bot = plant.client("bot").await;
        let as_bot = plant.as_client(&bot).await;
        for (what, token) in hostile(&plant, &good) {
            assert_eq!(plant.introspect(&plant.admin(), &token).await, Introspected::default(), "{what}");
            let refused = plant.no_exchange(&as_bot, &[("subject_token", &token), ("scope", "read")]).await;
            assert_eq!(refused.0, "invalid_request", "{what}");
        }
        assert!(plant.introspect(&plant.admin(), &good).await.active);
        plant.pass(Duration::from_secs(3700)).await;
        assert_eq!(plant.introspect(&plant.admin(), &good).await, Introspected::default(), "expired");
    })
    .await;
}

/// A good token, changed as attackers do.
fn hostile(plant: &Plant, good: &str) -> Vec<(&'static str, String)> {
    use aws_lc_rs::hmac;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

    let parts: Vec<&str> = good.split('.').collect();
    let claims: Value = serde_json::from_slice(&BASE64.decode(parts[1]).unwrap()).unwrap();
    let jwk = plant.app.identity.keys().jwks().keys[0].clone();
    let own = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let unsigned = |header: &Value, claims: &Value| {
        format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
    };
    let signed = |header: &Value, claims: &Value| {
        let text = unsigned(header, claims);
        let signature = own.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", BASE64.encode(signature.as_ref()))
    };
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let point = own.public_key().as_ref();
    let own_jwk = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": jwk.kid,
        "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]) });
    let es256 = |more: Value| {
        let mut header = json!({ "alg": "ES256", "typ": "JWT", "kid": jwk.kid });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        header
    };
    let by_public_key = {
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": jwk.kid });
        let text = unsigned(&header, &claims);
        let mut public = vec![4];
        public.extend(BASE64.decode(&jwk.x).unwrap());
        public.extend(BASE64.decode(&jwk.y).unwrap());
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), text.as_bytes());
        format!("{text}.{}", BASE64.encode(tag.as_ref()))
    };
    vec![
        ("alg none", format!("{}.", unsigned(&json!({ "alg": "none", "kid": jwk.kid }), &claims))),
        ("alg None", format!("{}.", unsigned(&json!({ "alg": "None", "kid": jwk.kid }), &claims))),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("HS256 by the public key", by_public_key),
        ("a key of its own", signed(&es256(json!({})), &claims)),
        ("a key it brings", signed(&es256(json!({ "jwk": own_jwk })), &claims)),
        ("a key from elsewhere", signed(&es256(json!({ "jku": "https://evil.example/jwks.json" })), &claims)),
        (
            "a certificate from elsewhere",
            signed(&es256(json!({ "x5u": "https://evil.example/c.pem" })), &claims),
        ),
        ("a foreign kid", signed(&es256(json!({ "kid": Uuid::from_u128(1) })), &claims)),
        ("a kid that is a path", signed(&es256(json!({ "kid": "../../dev/null" })), &claims)),
        (
            "another subject",
            format!("{}.{}.{}", parts[0], BASE64.encode(with("sub", json!(ADMIN)).to_string()), parts[2]),
        ),
        ("a critical header", signed(&es256(json!({ "crit": ["exp"], "b64": false })), &claims)),
        (
            "a later end",
            format!(
                "{}.{}.{}",
                parts[0],
                BASE64.encode(with("exp", json!(9_999_999_999_i64)).to_string()),
                parts[2]
            ),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_for_others_or_from_others_are_refused() {
    on_both(async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        plant.person("anna", None).await;
        let audience = Settings { jwt_audience: "elsewhere".into(), ..Settings::for_tests() };
        let issuer = Settings { jwt_issuer: Some("https://other.example".into()), ..Settings::for_tests() };
        for (settings, why) in [(audience, "InvalidAudience"), (issuer, "InvalidIssuer")] {
            let other = plant.another_with(settings).await;
            let token = other.session_token_of("anna").await;
            assert!(other.recognise(&token).await.is_ok());
            plant.ground().decisions().catch_up().await.unwrap();
            assert_eq!(plant.recognise(&token).await.unwrap_err(), format!("invalid token: {why}"));
            assert_eq!(plant.introspect(&plant.admin(), &token).await, Introspected::default());
        }
    })
    .await;
}
