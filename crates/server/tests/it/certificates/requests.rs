//! Certificates for keys that others made: what of a request is kept, and which are refused.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{AT, FROM_CSR, RENEW, openssl, shown, with_authority};
use crate::authorities::Files;
use crate::harness::Plant;

/// A request made by `openssl`, for a subject, with lines of a section of extensions.
fn request(files: &Files, algorithm: &str, subject: &str, wishes: &str) -> String {
    let names = if wishes.is_empty() {
        String::new()
    } else {
        format!("req_extensions = wishes\n[wishes]\n{wishes}\n")
    };
    files.write("wishes.cnf", &format!("[req]\ndistinguished_name = none\n{names}[none]\n"));
    let folder = files.folder.path();
    openssl(folder, &format!("genpkey {algorithm} -out own.key"));
    let made = openssl(folder, &format!("req -new -key own.key -config wishes.cnf -subj {subject}"));
    assert!(made.contains("BEGIN CERTIFICATE REQUEST"), "{made}");
    made
}

const EC: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";

fn asked(entity: Uuid, csr: &str) -> Value {
    json!({ "i": { "entityId": entity, "csrPem": csr } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_keeps_its_names_and_none_of_its_other_wishes() {
    with_authority(async |plant, files| {
        let meter = plant.entity("device", "meter", None).await;
        let wishes = "subjectAltName=DNS:m7.example,IP:192.0.2.7,email:m7@example.org,URI:urn:x:7\n\
            basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nextendedKeyUsage=codeSigning\n\
            nameConstraints=permitted;DNS:.example\n1.2.3.4=ASN1:UTF8String:mine";
        let csr = request(files, EC, "/C=DE/O=Works/OU=a/OU=b/CN=m7", wishes);
        let made = plant.data(&plant.admin(), FROM_CSR, asked(meter, &csr)).await["made"].take();
        assert!(made["privateKeyPem"].is_null());
        let certificate = &made["certificate"];
        assert_eq!(certificate["subject"], json!({ "csr_subject": "CN=m7,OU=b,OU=a,O=Works,C=DE" }));
        assert_eq!(certificate["dnsNames"], json!(["m7.example"]));
        assert_eq!(certificate["ipAddresses"], json!(["192.0.2.7"]));
        let folder = files.folder.path();
        let text = shown(folder, &certificate["certificatePem"]);
        assert!(text.contains("Subject: CN=m7,OU=b,OU=a,O=Works,C=DE"), "{text}");
        assert!(
            text.contains("DNS:m7.example, IP Address:192.0.2.7, email:m7@example.org, URI:urn:x:7"),
            "{text}"
        );
        assert!(text.contains("CA:FALSE") && text.contains("TLS Web Client Authentication"), "{text}");
        for dropped in ["CA:TRUE", "Certificate Sign", "Code Signing", "Name Constraints", "1.2.3.4"] {
            assert!(!text.contains(dropped), "{dropped}: {text}");
        }
        assert_eq!(
            openssl(folder, "pkey -in own.key -pubout"),
            openssl(folder, "x509 -in shown.pem -noout -pubkey")
        );
        let verified = openssl(folder, &format!("verify {AT} -x509_strict -CAfile root.crt shown.pem"));
        assert!(verified.contains("shown.pem: OK"), "{verified}");
        // Renewed, it is called by the entity's id, and its key is made here.
        let renewal = json!({ "i": { "serialNumber": certificate["serialNumber"] } });
        let renewed = plant.data(&plant.admin(), RENEW, renewal).await["made"].take();
        assert_eq!(renewed["certificate"]["subject"], json!({ "common_name": meter }));
        assert_eq!(renewed["certificate"]["dnsNames"], json!(["m7.example"]));
        assert!(renewed["privateKeyPem"].is_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_every_good_kind_get_certificates() {
    with_authority(async |plant, files| {
        let meter = plant.entity("device", "meter", None).await;
        for (algorithm, usage) in [
            ("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "Digital Signature, Key Encipherment\n"),
            ("-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "Digital Signature\n"),
            ("-algorithm ED25519", "Digital Signature\n"),
        ] {
            let csr = request(files, algorithm, "/CN=m7", "");
            let made = plant.data(&plant.admin(), FROM_CSR, asked(meter, &csr)).await["made"].take();
            let text = shown(files.folder.path(), &made["certificate"]["certificatePem"]);
            assert!(text.contains(usage), "{algorithm}: {text}");
        }
        // Without a subject the alternative names say whose it is.
        let csr = request(files, EC, "/", "subjectAltName=DNS:m7.example");
        let made = plant.data(&plant.admin(), FROM_CSR, asked(meter, &csr)).await["made"].take();
        let text = shown(files.folder.path(), &made["certificate"]["certificatePem"]);
        assert!(text.contains("X509v3 Subject Alternative Name: critical"), "{text}");
    })
    .await;
}

async fn refused(plant: &Plant, entity: Uuid, csr: &str) -> Value {
    let answer = plant.answer(&plant.admin(), FROM_CSR, asked(entity, csr)).await;
    assert!(answer["errors"][0].is_object(), "{csr} was taken: {answer}");
    answer["errors"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_with_the_reason() {
    with_authority(async |plant, files| {
        let meter = plant.entity("device", "meter", None).await;
        let good = request(files, EC, "/CN=m7", "");
        // A letter of the signature is another one.
        let at = good.rfind("-----END").unwrap() - 20;
        let letter = if &good[at..=at] == "A" { "B" } else { "A" };
        let tampered = format!("{}{letter}{}", &good[..at], &good[at + 1..]);
        for (csr, reason) in [
            ("", "not PEM"),
            (
                "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
                "not a PKCS #10",
            ),
            (tampered.as_str(), "signature does not verify"),
        ] {
            let error = refused(&plant, meter, csr).await;
            assert_eq!(error["message"], "invalid CSR");
            assert_eq!(error["extensions"]["code"], "certificate.csr");
            let said = error["extensions"]["details"]["reason"].as_str().unwrap();
            assert!(said.contains(reason), "{said}");
        }
        for (csr, text) in [
            ("x".repeat(20_000), "CSR must be at most 16384 bytes"),
            (
                request(files, "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "/CN=m7", ""),
                "the key in the CSR is too weak",
            ),
            (
                request(files, "-algorithm ED448", "/CN=m7", ""),
                "the key in the CSR is of an unsupported kind",
            ),
            (request(files, EC, "/", ""), "the CSR names nobody"),
            (request(files, EC, "/CN=m7", "subjectAltName=DNS:a b"), "invalid DNS name 'a b'"),
        ] {
            let error = refused(&plant, meter, &csr).await;
            assert!(error["message"].as_str().unwrap().starts_with(text), "{error}");
        }
        // Signed with SHA-1.
        openssl(files.folder.path(), &format!("genpkey {EC} -out own.key"));
        let old = openssl(files.folder.path(), "req -new -sha1 -key own.key -config wishes.cnf -subj /CN=m7");
        assert_eq!(refused(&plant, meter, &old).await["message"], "invalid CSR");
    })
    .await;
}
