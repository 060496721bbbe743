//! Every way in which a certificate ends reaches the list of revoked ones and OCSP at once.

use std::time::Duration;

use atoll_base::db::Engine;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{LIST, REVOKE, REVOKE_ALL, SHOW, with_authority};
use crate::authorities::Files;
use crate::harness::{Plant, on_both_with};

/// The number of the newest list.
fn number(crl: &str) -> u64 {
    let digits = crl.split("X509v3 CRL Number:").nth(1).and_then(|rest| rest.split_whitespace().next());
    digits.expect("a number").parse().expect("a number")
}

/// What the list says of a serial number, if it has it.
fn entry(crl: &str, serial: &str) -> Option<String> {
    let wanted = serial.to_uppercase();
    let from = crl.find(&format!("Serial Number: {wanted}"))?;
    let rest = &crl[from + 15 + wanted.len()..];
    Some(rest.split("Serial Number:").next()?.split("Signature Algorithm").next()?.to_owned())
}

impl Plant {
    async fn with_pem(&self, entity: Uuid) -> (String, String) {
        let made = self.certificate(&self.admin(), entity, json!({})).await["certificate"].take();
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        (text("serialNumber"), text("certificatePem"))
    }

    async fn act(&self, field: &str, id: Value) {
        let call = format!("mutation($a: ID!) {{ {field}(id: $a) }}");
        self.data(&self.admin(), &call, json!({ "a": id })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_revokes_a_certificate_the_next_answer_has_it() {
    with_authority(async |plant, files| {
        let (admin, folder) = (plant.admin(), files.folder.path());
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let pump = plant.entity("device", "pump", Some(tenant)).await;
        let lamp = plant.entity("device", "lamp", Some(tenant)).await;
        let empty = plant.crl(folder).await;
        assert!(empty.contains("No Revoked Certificates") && empty.contains("Version 2"), "{empty}");
        let first = number(&empty);
        assert_eq!(number(&plant.crl(folder).await), first, "nothing has changed");

        let mut of_meter = Vec::new();
        for _ in 0..3 {
            of_meter.push(plant.with_pem(meter).await);
        }
        let (of_pump, of_lamp) = (plant.with_pem(pump).await, plant.with_pem(lamp).await);
        assert_eq!(number(&plant.crl(folder).await), first, "what is good is on no list");
        let good = plant.ocsp(folder, "root.crt", &of_pump.1, "").await;
        assert!(good.contains("leaf.pem: good") && good.contains("Response verify OK"), "{good}");

        let reason = json!({ "i": { "serialNumber": of_meter[0].0, "reason": "keyCompromise" } });
        let revoked = plant.data(&admin, REVOKE, reason).await["made"].take();
        assert_eq!(
            (&revoked["status"], &revoked["revocationReason"]),
            (&json!("revoked"), &json!("keyCompromise"))
        );
        let crl = plant.crl(folder).await;
        assert_eq!(number(&crl), first + 1);
        assert!(entry(&crl, &of_meter[0].0).unwrap().contains("Key Compromise"), "{crl}");

        let id =
            plant.data(&admin, SHOW, json!({ "s": of_meter[1].0 })).await["found"]["credentialId"].take();
        let call = "mutation($e: ID!, $c: ID!) { revokeCredential(entityId: $e, credentialId: $c) }";
        plant.data(&admin, call, json!({ "e": meter, "c": id })).await;
        let crl = plant.crl(folder).await;
        assert_eq!(number(&crl), first + 2);
        assert!(
            !entry(&crl, &of_meter[1].0).unwrap().contains("Reason"),
            "no reason that RFC 5280 knows: {crl}"
        );
        let told = plant.ocsp(folder, "root.crt", &of_meter[1].1, "").await;
        assert!(told.contains("leaf.pem: revoked"), "{told}");

        let count = plant.data(&admin, REVOKE_ALL, json!({ "e": meter })).await["made"].take();
        assert_eq!(count, 1, "only those that were active");
        assert!(entry(&plant.crl(folder).await, &of_meter[2].0).unwrap().contains("Cessation Of Operation"));

        plant.act("deleteEntity", json!(pump)).await;
        assert!(entry(&plant.crl(folder).await, &of_pump.0).unwrap().contains("Cessation Of Operation"));
        plant.act("restoreEntity", json!(pump)).await;
        assert!(entry(&plant.crl(folder).await, &of_pump.0).is_some(), "it does not come back");
        plant.act("deleteEntity", json!(pump)).await;
        let before = number(&plant.crl(folder).await);
        plant.act("purgeEntity", json!(pump)).await;
        let crl = plant.crl(folder).await;
        assert!(entry(&crl, &of_pump.0).is_some(), "it is remembered though its entity is gone");
        assert_eq!(number(&crl), before, "the list says the same");
        let told = plant.ocsp(folder, "root.crt", &of_pump.1, "").await;
        assert!(told.contains("leaf.pem: revoked") && told.contains("cessationOfOperation"), "{told}");

        plant.act("deleteTenant", json!(tenant)).await;
        assert!(entry(&plant.crl(folder).await, &of_lamp.0).unwrap().contains("Cessation Of Operation"));
        plant.act("purgeTenant", json!(tenant)).await;
        let crl = plant.crl(folder).await;
        for (serial, _) in of_meter.iter().chain([&of_lamp, &of_pump]) {
            assert!(entry(&crl, serial).is_some(), "{serial}: {crl}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_again_gives_another_reason() {
    with_authority(async |plant, files| {
        let admin = plant.admin();
        let meter = plant.entity("device", "meter", None).await;
        let serial = plant.serial(meter).await;
        let revoke = async |reason: Value| {
            let input = json!({ "i": { "serialNumber": serial.to_uppercase(), "reason": reason } });
            plant.data(&admin, REVOKE, input).await["made"].take()
        };
        assert_eq!(revoke(Value::Null).await["revocationReason"], "unspecified");
        plant.crl(files.folder.path()).await;
        assert_eq!(revoke(json!("superseded")).await["revocationReason"], "superseded");
        let crl = plant.crl(files.folder.path()).await;
        assert!(entry(&crl, &serial).unwrap().contains("Superseded"), "{crl}");
        let rows = plant.logs_of("certificate.revoke").await;
        assert_eq!(rows.len(), 2);
        let newest = &rows[0];
        assert_eq!(
            (&newest["before"]["revocation_reason"], &newest["after"]["revocation_reason"]),
            (&json!("unspecified"), &json!("superseded"))
        );
        let long = json!({ "i": { "serialNumber": serial, "reason": "x".repeat(256) } });
        assert!(plant.refusal(&admin, REVOKE, long).await.starts_with("a revocation reason must be"));
        let other = json!({ "e": meter, "r": "no more" });
        plant.data(&admin, REVOKE_ALL, other).await;
        let row = plant.logs_of("certificate.revoke_entity").await.remove(0);
        assert_eq!((&row["targetId"], &row["details"]["count"]), (&json!(meter), &json!(0)));
        let list = plant.data(&admin, LIST, json!({ "e": meter, "s": "revoked" })).await["found"].take();
        assert_eq!(list["total"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_leaves_the_list_after_it_was_on_one_more() {
    with_authority(async |plant, files| {
        let folder = files.folder.path();
        let meter = plant.entity("device", "meter", None).await;
        let short = plant.certificate(&plant.admin(), meter, json!({ "ttlSecs": 3600 })).await;
        let short = short["certificate"]["serialNumber"].as_str().unwrap().to_owned();
        let long = plant.serial(meter).await;
        plant.data(&plant.admin(), REVOKE_ALL, json!({ "e": meter })).await;
        let first = plant.crl(folder).await;
        assert!(entry(&first, &short).is_some() && entry(&first, &long).is_some());
        plant.later(Duration::from_secs(11 * 3600)).await;
        assert_eq!(number(&plant.crl(folder).await), number(&first), "it is good for a while");
        plant.later(Duration::from_secs(2 * 3600)).await;
        let second = plant.crl(folder).await;
        assert_eq!(number(&second), number(&first) + 1, "a new one in time");
        assert!(entry(&second, &short).is_some(), "once more, though it has expired: {second}");
        assert_eq!(number(&plant.crl(folder).await), number(&second));
        plant.later(Duration::from_secs(13 * 3600)).await;
        let third = plant.crl(folder).await;
        assert_eq!(number(&third), number(&second) + 1);
        assert!(entry(&third, &short).is_none() && entry(&third, &long).is_some(), "{third}");
        assert!(third.contains("Next Update: Jan 17 10:00:00 2027 GMT"), "{third}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_hand_out_the_same_list_and_count_on() {
    let files = Files::root(&rcgen::PKCS_ECDSA_P256_SHA256);
    on_both_with(files.settings(), async |plant| {
        if plant.ground().db().engine() != Engine::Postgres {
            return;
        }
        let other = plant.another_with(files.settings()).await;
        let meter = plant.entity("device", "meter", None).await;
        let folder = files.folder.path();
        for round in 1..=3 {
            let serial = plant.serial(meter).await;
            plant.data(&plant.admin(), REVOKE, json!({ "i": { "serialNumber": serial } })).await;
            let (one, two) = tokio::join!(
                plant.http("GET", "/certs/crl", Vec::new()),
                other.http("GET", "/certs/crl", Vec::new())
            );
            assert_eq!(one.2, two.2);
            let crl = plant.crl(folder).await;
            assert_eq!(number(&crl), round);
            assert!(entry(&crl, &serial).is_some());
        }
    })
    .await;
}
