//! Issuing, listing, renewing: what a certificate says and what is kept of it.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{AT, FROM_CSR, ISSUE, LIST, RENEW, REVOKE, SHOW, issue, openssl, shown, with_authority};
use crate::harness::Plant;

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_for_a_key_that_is_shown_once_and_kept_nowhere() {
    with_authority(async |plant, files| {
        let tenant = plant.tenant("plant-a").await;
        let meter = plant.entity("device", "meter", Some(tenant)).await;
        let names = json!({ "commonName": " Meter 7 ", "dnsNames": ["m7.Example.org", "192.0.2.7"],
            "ipAddresses": ["2001:db8::7"], "ttlSecs": 3600 });
        let made = plant.certificate(&plant.admin(), meter, names).await;
        let (key, certificate) = (made["privateKeyPem"].as_str().unwrap(), &made["certificate"]);
        assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!((&certificate["entityId"], &certificate["tenantId"]), (&json!(meter), &json!(tenant)));
        assert_eq!(certificate["subject"], json!({ "common_name": "Meter 7" }));
        assert_eq!(certificate["dnsNames"], json!(["m7.example.org"]));
        assert_eq!(certificate["ipAddresses"], json!(["192.0.2.7", "2001:db8::7"]));
        assert_eq!(certificate["status"], "active");
        assert_eq!(certificate["expiresAt"], "2027-01-15T09:00:00+00:00");
        let serial = certificate["serialNumber"].as_str().unwrap();
        assert!(
            serial.len() == 32
                && serial.bytes().all(|digit| digit.is_ascii_hexdigit() && !digit.is_ascii_uppercase())
        );

        let folder = files.folder.path();
        let text = shown(folder, &certificate["certificatePem"]);
        for part in [
            "Subject: CN=Meter 7",
            "Issuer: CN=Test Root",
            "Not Before: Jan 15 07:55:00 2027 GMT",
            "Not After : Jan 15 09:00:00 2027 GMT",
            "DNS:m7.example.org, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7",
            "X509v3 Basic Constraints: critical\n                CA:FALSE",
            "X509v3 Key Usage: critical\n                Digital Signature\n",
            "TLS Web Server Authentication, TLS Web Client Authentication",
            "X509v3 Authority Key Identifier",
            "URI:http://localhost:8080/certs/crl",
            "OCSP - URI:http://localhost:8080/certs/ocsp",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let verified = openssl(folder, &format!("verify {AT} -x509_strict -CAfile root.crt shown.pem"));
        assert!(verified.contains("shown.pem: OK"), "{verified}");
        std::fs::write(files.path("leaf.key"), key).unwrap();
        let of_key = openssl(folder, "pkey -in leaf.key -pubout");
        assert_eq!(of_key, openssl(folder, "x509 -in shown.pem -noout -pubkey"));
        let digest = openssl(folder, "x509 -in shown.pem -noout -fingerprint -sha256");
        let digest = digest.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
        assert_eq!(certificate["fingerprintSha256"], json!(digest));
        let chain = plant.data(&plant.nobody(), "{ caChain }", json!({})).await;
        assert_eq!(
            chain["caChain"].as_str().unwrap(),
            std::fs::read_to_string(files.path("root.crt")).unwrap().replace("\r\n", "\n")
        );

        let secret = key.lines().nth(1).unwrap();
        let rows = plant.logs_of("certificate.issue").await;
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].to_string().contains(secret) && !rows[0].to_string().contains("PRIVATE"));
        assert_eq!((&rows[0]["targetKind"], &rows[0]["targetId"]), (&json!("entity"), &json!(meter)));
        let details = &rows[0]["details"];
        assert_eq!((&details["serial_number"], &details["csr"]), (&json!(serial), &json!(false)));
        assert_eq!(details["credential_id"], certificate["credentialId"]);
        let list = "query($e: ID!) { credentials(entityId: $e) { total items { kind identifier status } } }";
        let kept = plant.data(&plant.admin(), list, json!({ "e": meter })).await["credentials"].take();
        assert_eq!(
            kept["items"],
            json!([{ "kind": "certificate", "identifier": serial, "status": "active" }])
        );
    })
    .await;
}

impl Plant {
    pub(super) async fn logs_of(&self, event: &str) -> Vec<Value> {
        let query = "query($e: String) { auditLogs(event: $e, limit: 200) { items { targetKind targetId details before after } } }";
        let found = self.data(&self.admin(), query, json!({ "e": event })).await["auditLogs"]["items"].take();
        found.as_array().cloned().expect("items")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_issued_is_said_in_words() {
    with_authority(async |plant, _| {
        let admin = plant.admin();
        let meter = plant.entity("device", "meter", None).await;
        let refusal = async |more: Value| plant.refusal(&admin, ISSUE, issue(meter, more)).await;
        for (more, text) in [
            (json!({ "ttlSecs": 0 }), "certificate TTL must be greater than zero"),
            (json!({ "ttlSecs": -5 }), "certificate TTL must be greater than zero"),
            (
                json!({ "ttlSecs": 2_592_001 }),
                "certificate TTL exceeds ATOM_CERTS_LEAF_MAX_TTL_SECS (2592000)",
            ),
            (json!({ "commonName": "x".repeat(65) }), "common name must be 1 to 64 characters"),
            (json!({ "dnsNames": ["a b"] }), "invalid DNS name 'a b'"),
            (json!({ "ipAddresses": ["m7"] }), "invalid IP address 'm7'"),
            (json!({ "dnsNames": vec!["a.example"; 101] }), "a certificate may have at most 100"),
        ] {
            let said = refusal(more.clone()).await;
            assert!(said.starts_with(text), "{more}: {said}");
        }
        plant.data(&admin, "mutation($e: ID!) { disableEntity(id: $e) { id } }", json!({ "e": meter })).await;
        assert_eq!(refusal(json!({})).await, "entity not found");
        let tenant = plant.tenant("plant-a").await;
        let pump = plant.entity("device", "pump", Some(tenant)).await;
        plant.data(&admin, "mutation($t: ID!) { freezeTenant(id: $t) { id } }", json!({ "t": tenant })).await;
        assert_eq!(plant.refusal(&admin, ISSUE, issue(pump, json!({}))).await, "entity not found");
        let nobody = issue(Uuid::from_u128(404), json!({}));
        assert_eq!(
            plant.refusal(&admin, ISSUE, nobody).await,
            format!("entity {} not found", Uuid::from_u128(404))
        );
        // Nothing lasts longer than what issued it, here until 2060.
        plant.later(Duration::from_secs((2059 - 2027) * 31_557_600 + 330 * 86_400)).await;
        let lamp = plant.entity("device", "lamp", None).await;
        let said = plant.refusal(&plant.admin(), ISSUE, issue(lamp, json!({}))).await;
        assert_eq!(said, "requested certificate validity exceeds active issuer CA validity");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_have_pages_and_say_how_many_there_are_in_all() {
    with_authority(async |plant, _| {
        let admin = plant.admin();
        let (one, two) = (plant.tenant("one").await, plant.tenant("two").await);
        let meter = plant.entity("device", "meter", Some(one)).await;
        let pump = plant.entity("device", "pump", Some(one)).await;
        let lamp = plant.entity("device", "lamp", Some(two)).await;
        let mut serials = Vec::new();
        for _ in 0..3 {
            plant.clock.advance(Duration::from_secs(1));
            serials.push(plant.serial(meter).await);
        }
        plant.serial(pump).await;
        plant.serial(lamp).await;
        plant.data(&admin, REVOKE, json!({ "i": { "serialNumber": serials[0] } })).await;
        let listed = async |variables: Value| plant.data(&admin, LIST, variables).await["found"].take();
        let total = async |variables: Value| listed(variables).await["total"].take();
        assert_eq!(total(json!({})).await, 5);
        assert_eq!(total(json!({ "t": one })).await, 4);
        assert_eq!(total(json!({ "e": meter, "t": two })).await, 3, "the entity wins");
        assert_eq!(total(json!({ "e": meter, "s": "active" })).await, 2);
        assert_eq!(total(json!({ "e": meter, "s": "revoked" })).await, 1);
        let page = listed(json!({ "e": meter, "l": 1, "o": 1 })).await;
        assert_eq!((&page["total"], &page["items"][0]["serialNumber"]), (&json!(3), &json!(serials[1])));
        let past = listed(json!({ "e": meter, "o": 99 })).await;
        assert_eq!(past, json!({ "total": 3, "items": [] }), "a page past the end knows how many there are");
        let said = plant.refusal(&admin, LIST, json!({ "s": "lost" })).await;
        assert_eq!(said, "certificate status must be active or revoked");

        let serial = &serials[2];
        let spread = format!(" {}:{} ", serial[..16].to_uppercase(), &serial[16..]);
        let found = plant.data(&admin, SHOW, json!({ "s": spread })).await["found"].take();
        assert_eq!(found["serialNumber"], json!(serial));
        let again = plant.data(&admin, SHOW, json!({ "id": found["credentialId"] })).await["found"].take();
        assert_eq!(again, found);
        for both in [json!({}), json!({ "s": serial, "id": found["credentialId"] })] {
            assert_eq!(plant.refusal(&admin, SHOW, both).await, "provide credentialId or serialNumber");
        }
        assert_eq!(
            plant.refusal(&admin, SHOW, json!({ "s": "0g" })).await,
            "invalid certificate serial number"
        );
        assert_eq!(plant.refusal(&admin, SHOW, json!({ "s": "0123" })).await, "not found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_has_the_same_names_and_another_key() {
    with_authority(async |plant, files| {
        let admin = plant.admin();
        let meter = plant.entity("device", "meter", None).await;
        let names = json!({ "commonName": "m7", "dnsNames": ["m7.example"], "ipAddresses": ["192.0.2.7"] });
        let old = plant.certificate(&admin, meter, names).await;
        let serial = old["certificate"]["serialNumber"].clone();
        let renewed =
            plant.data(&admin, RENEW, json!({ "i": { "serialNumber": serial } })).await["made"].take();
        let new = &renewed["certificate"];
        assert_ne!(new["serialNumber"], serial);
        assert_ne!(renewed["privateKeyPem"], old["privateKeyPem"]);
        for same in ["subject", "dnsNames", "ipAddresses", "entityId"] {
            assert_eq!(new[same], old["certificate"][same], "{same}");
        }
        assert!(
            shown(files.folder.path(), &new["certificatePem"])
                .contains("DNS:m7.example, IP Address:192.0.2.7")
        );
        let state = plant.data(&admin, SHOW, json!({ "s": serial })).await["found"]["status"].take();
        assert_eq!(state, "active");
        let row = plant.logs_of("certificate.renew").await.remove(0);
        assert_eq!(
            (&row["targetKind"], &row["targetId"]),
            (&json!("credential"), &old["certificate"]["credentialId"])
        );
        assert_eq!(row["details"]["new_serial_number"], new["serialNumber"]);
        assert_eq!(row["details"]["old_serial_number"], serial);
        assert_eq!(row["details"]["new_credential_id"], new["credentialId"]);

        // One that has expired can be renewed, one that is revoked cannot.
        plant.later(Duration::from_secs(40 * 86_400)).await;
        let both = json!({ "i": { "serialNumber": serial, "revokeOld": true } });
        plant.data(&plant.admin(), RENEW, both.clone()).await;
        let shown = plant.data(&plant.admin(), SHOW, json!({ "s": serial })).await["found"]["status"].take();
        assert_eq!(shown, "revoked");
        let row = plant.logs_of("certificate.revoke").await.remove(0);
        assert_eq!(row["details"]["reason"], "superseded");
        let said = plant.refusal(&plant.admin(), RENEW, both).await;
        assert_eq!(said, "cannot renew a revoked certificate");
    })
    .await;
}

/// What is signed counts wherever it is shown, whether the house remembers it or not.
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_signs_nothing() {
    with_authority(async |plant, _| {
        let meter = plant.entity("device", "meter", None).await;
        let serial = plant.serial(meter).await;
        let key = rcgen::KeyPair::generate().unwrap();
        let csr = rcgen::CertificateParams::new(vec!["m7.example".into()]).unwrap();
        let csr = csr.serialize_request(&key).unwrap().pem().unwrap();
        for (call, variables) in [
            (ISSUE, issue(meter, json!({}))),
            (FROM_CSR, json!({ "i": { "entityId": meter, "csrPem": csr } })),
            (RENEW, json!({ "i": { "serialNumber": serial } })),
        ] {
            let answer = plant.tried(&plant.admin(), call, variables).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "certificate.only_tried", "{answer}");
            assert!(!answer.to_string().contains("-----BEGIN"), "{answer}");
        }
        // Revoking can be tried: nothing of it leaves the house.
        let answer = plant.tried(&plant.admin(), REVOKE, json!({ "i": { "serialNumber": serial } })).await;
        assert_eq!(answer["data"]["made"]["status"], "revoked", "{answer}");
        let kept = plant.data(&plant.admin(), LIST, json!({ "e": meter })).await["found"].take();
        assert_eq!((&kept["total"], &kept["items"][0]["status"]), (&json!(1), &json!("active")));
    })
    .await;
}
