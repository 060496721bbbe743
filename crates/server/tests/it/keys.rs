//! Signing keys: rotating them turns nobody away.

use std::time::Duration;

use atoll_base::db::Engine;
use atoll_base::settings::Settings;
use serde_json::{Value, json};

use crate::harness::{on_both, on_both_with};
use crate::sessions::SECRET;

const ROTATE: &str = "mutation { rotateSigningKeys }";
const LIST: &str = "{ signingKeys { kid status algorithm storageMode keyEncryptionKeyId } }";

#[tokio::test(flavor = "multi_thread")]
async fn two_rotations_in_a_row_turn_nobody_away() {
    on_both(async |plant| {
        plant.person("anna", None).await;
        plant.pass(Duration::from_secs(1)).await;
        let kids = || {
            let keys = plant.app.identity.keys().jwks().keys;
            keys.into_iter().map(|key| key.kid).collect::<Vec<_>>()
        };
        let mut tokens = Vec::new();
        let mut signed_with = Vec::new();
        for _ in 0..3 {
            signed_with.insert(0, kids()[0].clone());
            tokens.push(plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned());
            plant.data(&plant.admin(), ROTATE, json!({})).await;
            plant.pass(Duration::from_secs(1)).await;
        }
        assert_eq!(kids()[1..], signed_with, "the one that signs, then the others, newest first");
        for token in &tokens {
            assert!(plant.recognise(token).await.is_ok());
        }
        let listed = plant.data(&plant.admin(), LIST, json!({})).await["signingKeys"].take();
        let states: Vec<&Value> = listed.as_array().unwrap().iter().map(|key| &key["status"]).collect();
        assert_eq!(json!(states), json!(["primary", "standby", "standby", "standby"]));
        let newest = &listed[0];
        assert_eq!((&newest["algorithm"], &newest["storageMode"]), (&json!("ES256"), &json!("encrypted")));
        plant.pass(Duration::from_secs(3600 + 60 + 10)).await;
        assert_eq!(kids().len(), 1, "what they signed has ended");
        let listed = plant.data(&plant.admin(), LIST, json!({})).await["signingKeys"].take();
        assert_eq!(listed[3]["status"], json!("retired"));
        let anna = plant.caller(plant.entity("human", "boris", None).await, None);
        assert_eq!(plant.refusal(&anna, ROTATE, json!({})).await, "forbidden");
        assert_eq!(plant.refusal(&anna, LIST, json!({})).await, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_agree_on_the_key_that_signs() {
    on_both(async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        let other = plant.another().await;
        plant.person("anna", None).await;
        other.ground().decisions().catch_up().await.unwrap();
        plant.data(&plant.admin(), ROTATE, json!({})).await;
        let token = plant.login("anna", SECRET).await["token"].as_str().unwrap().to_owned();
        assert!(other.recognise(&token).await.is_ok(), "also before it has heard of the rotation");
        other.ground().decisions().catch_up().await.unwrap();
        other.settle().await;
        assert_eq!(other.app.identity.keys().jwks(), plant.app.identity.keys().jwks());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_when_it_is_as_old_as_it_may_become() {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let settings = Settings { signing_key_rotation_days: days(30), ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        let keys = plant.app.identity.keys();
        let due = async || atoll_identity::keys::rotate_when_due(plant.ground(), keys).await.unwrap();
        let first = keys.jwks().keys[0].kid.clone();
        plant.pass(days(29)).await;
        assert!(!due().await);
        plant.pass(days(1)).await;
        assert!(due().await);
        assert!(!due().await, "once");
        assert_ne!(keys.jwks().keys[0].kid, first);
    })
    .await;
    on_both(async |plant| {
        plant.pass(days(3000)).await;
        let keys = plant.app.identity.keys();
        assert!(!atoll_identity::keys::rotate_when_due(plant.ground(), keys).await.unwrap(), "unless wanted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_have_one_key_that_signs() {
    on_both(async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        let (one, two) = tokio::join!(plant.another(), plant.another());
        assert_eq!(one.app.identity.keys().jwks(), two.app.identity.keys().jwks());
        let listed = plant.data(&plant.admin(), LIST, json!({})).await["signingKeys"].take();
        assert_eq!(listed.as_array().unwrap().len(), 1);
    })
    .await;
}
