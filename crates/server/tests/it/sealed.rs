//! Everything that is sealed is found when the deployment key changes.

use atoll_base::Secret;
use atoll_base::settings::Settings;
use atoll_base::vault;
use atoll_server::house::sealed;
use serde_json::json;

use crate::authenticator::totp;
use crate::harness::{on_both, on_both_with};
use crate::mailbox::with_mail;

#[tokio::test(flavor = "multi_thread")]
async fn every_sealed_column_is_known_to_the_change_of_keys() {
    on_both(async |plant| {
        let db = plant.ground().db();
        let known: Vec<(String, String)> = sealed()
            .iter()
            .map(|column| column.name())
            .map(|(table, column)| (table.to_owned(), column.to_owned()))
            .collect();
        let there = vault::columns_named_sealed(db.reader()).await.unwrap();
        assert!(there.len() >= 2, "{there:?}");
        for column in &there {
            assert!(known.contains(column), "{column:?} is not listed in `sealed()` of its room");
        }
        let counts = vault::count(plant.ground(), &sealed()).await.unwrap();
        assert!(counts.keys().all(|(id, ..)| *id == plant.ground().vault().key_id()), "{counts:?}");
        assert_eq!(vault::rewrap(plant.ground(), &sealed(), |_| {}).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_another_key_everything_is_read_as_before() {
    let first = Settings { key_encryption_key: Some(Secret::new([1; 32])), ..with_mail() };
    on_both_with(first.clone(), async |plant| {
        plant.sign_up("ben", "ben@example.com").await;
        plant.person("anna", None).await;
        let anna = plant.session_of("anna").await;
        let own = plant.set_up_app(&anna).await;
        let meter = plant.entity("device", "meter", None).await;
        let (id, key) = plant.shared_key(meter, json!({})).await;

        let second = Settings {
            key_encryption_key: Some(Secret::new([2; 32])),
            key_encryption_key_id: "local:v2".into(),
            ..first.clone()
        };
        let both =
            Settings { key_encryption_key_previous: first.key_encryption_key.clone(), ..second.clone() };
        let changing = plant.another_with(both).await;
        vault::rewrap(changing.ground(), &sealed(), |_| {}).await.unwrap();
        drop(changing);

        let alone = plant.another_with(second).await;
        let counts = vault::count(alone.ground(), &sealed()).await.unwrap();
        assert!(counts.keys().all(|(id, ..)| id == "local:v2"), "{counts:?}");
        for table in ["jobs", "credentials", "totp_factors", "signing_keys", "vault_keys"] {
            assert!(counts.keys().any(|(_, one, _)| *one == table), "{table} holds something: {counts:?}");
        }
        assert!(alone.mailed_token().await.starts_with("atomv_"), "a mail that waited");
        let reveal =
            "mutation($e: ID!, $c: ID!) { shown: revealSharedKey(entityId: $e, credentialId: $c) { key } }";
        let shown = alone.data(&alone.admin(), reveal, json!({ "e": meter, "c": id })).await;
        assert_eq!(shown["shown"]["key"], json!(key));
        let pending = alone.first_step("anna").await;
        alone.second_step(&pending, json!({ "totp": totp(&own.app, alone.seconds()) })).await;
    })
    .await;
}
