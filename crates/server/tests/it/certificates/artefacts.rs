//! What `openssl` makes of certificates, lists and answers, for every kind of key that an authority may have.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{AT, REVOKE, openssl, with_authority};
use crate::authorities::Files;
use crate::harness::Plant;

#[tokio::test(flavor = "multi_thread")]
async fn openssl_believes_all_of_it_whatever_signs() {
    for kind in [
        &rcgen::PKCS_RSA_SHA256,
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ED25519,
    ] {
        for files in [Files::root(kind), Files::intermediate(kind)] {
            let plant = Plant::with(files.settings()).await;
            believed(&plant, &files).await;
        }
    }
}

async fn believed(plant: &Plant, files: &Files) {
    let folder = files.folder.path();
    let meter = plant.entity("device", "meter", None).await;
    let below = files.path("intermediate.crt").exists();
    let issuer = if below { "intermediate.crt" } else { "root.crt" };
    let certificate = |made: &Value| {
        let text = |name: &str| made["certificate"][name].as_str().expect("a text").to_owned();
        (text("serialNumber"), text("certificatePem"))
    };
    let good = certificate(&plant.certificate(&plant.admin(), meter, json!({})).await);
    let bad = certificate(&plant.certificate(&plant.admin(), meter, json!({})).await);
    let reason = json!({ "i": { "serialNumber": bad.0, "reason": "superseded" } });
    plant.data(&plant.admin(), REVOKE, reason).await;

    let (status, kind, chain) = plant.http("GET", "/certs/ca-chain", Vec::new()).await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/x-pem-file"));
    std::fs::write(files.path("chain.pem"), chain).unwrap();
    let (_, _, list) = plant.http("GET", "/certs/crl", Vec::new()).await;
    std::fs::write(files.path("crl.der"), list).unwrap();
    openssl(folder, "crl -inform DER -in crl.der -out crl.pem");
    let shown = openssl(folder, "crl -in crl.pem -noout -text -CAfile chain.pem");
    assert!(shown.contains("verify OK"), "{shown}");

    // The list names the key of its issuer as that names itself.
    let of_issuer = openssl(folder, &format!("x509 -in {issuer} -noout -ext subjectKeyIdentifier"));
    let id = of_issuer.lines().nth(1).expect("an identifier").trim().to_owned();
    assert!(shown.contains(&id), "{id}: {shown}");

    files.write("good.pem", &good.1);
    files.write("bad.pem", &bad.1);
    let untrusted = if below { "-untrusted intermediate.crt" } else { "" };
    let verify = format!("verify {AT} -x509_strict -crl_check -CRLfile crl.pem -CAfile root.crt {untrusted}");
    let verified = openssl(folder, &format!("{verify} good.pem"));
    assert!(verified.contains("good.pem: OK"), "{verified}");
    let verified = openssl(folder, &format!("{verify} bad.pem"));
    assert!(verified.contains("certificate revoked"), "{verified}");

    for hash in ["-sha1", "-sha256", "-sha384"] {
        let told = plant.ocsp(folder, issuer, &good.1, hash).await;
        assert!(told.contains("leaf.pem: good"), "{hash}: {told}");
        assert!(told.contains("Response verify OK") && !told.contains("WARNING"), "{hash}: {told}");
        let told = plant.ocsp(folder, issuer, &bad.1, hash).await;
        assert!(told.contains("leaf.pem: revoked") && told.contains("Reason: superseded"), "{hash}: {told}");
    }
    let told = plant.ocsp(folder, issuer, &good.1, "-no_nonce").await;
    assert!(told.contains("leaf.pem: good") && !told.contains("OCSP Nonce"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_may_come_in_the_address_and_bad_ones_are_told_so() {
    with_authority(async |plant, files| {
        let folder = files.folder.path();
        let meter = plant.entity("device", "meter", None).await;
        let made = plant.certificate(&plant.admin(), meter, json!({})).await["certificate"].take();
        plant.ocsp(folder, "root.crt", made["certificatePem"].as_str().unwrap(), "").await;
        let question = std::fs::read(files.path("question.der")).unwrap();
        let plain = BASE64_STANDARD.encode(&question);
        let encoded = plain.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        for path in [encoded, plain, BASE64_URL_SAFE_NO_PAD.encode(&question)] {
            let (status, kind, answer) = plant.http("GET", &format!("/certs/ocsp/{path}"), Vec::new()).await;
            assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/ocsp-response"), "{path}");
            std::fs::write(files.path("answer.der"), answer).unwrap();
            let told = openssl(
                folder,
                "ocsp -no_nonce -issuer root.crt -cert leaf.pem -respin answer.der -CAfile root.crt -validity_period 400000000",
            );
            assert!(told.contains("leaf.pem: good"), "{told}");
        }
        let malformed = [0x30, 0x03, 0x0a, 0x01, 0x01];
        let mut long = question.clone();
        long.push(0);
        let cases = [Vec::new(), b"x".to_vec(), long, question[..question.len() - 1].to_vec(), vec![0x30; 1000]];
        for bad in cases {
            let (status, _, answer) = plant.http("POST", "/certs/ocsp", bad).await;
            assert_eq!((status, answer), (StatusCode::OK, malformed.to_vec()));
        }
        let (status, _, answer) = plant.http("GET", "/certs/ocsp/%25%25%25", Vec::new()).await;
        assert_eq!((status, answer), (StatusCode::OK, malformed.to_vec()));
        let (status, _, _) = plant.http("POST", "/certs/ocsp", vec![0; 20_000]).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);

        // A nonce of more than 32 bytes is not signed.
        let nonce = question.windows(4).position(|bytes| bytes == [0x04, 0x12, 0x04, 0x10]).expect("a nonce");
        assert_eq!(question.len(), nonce + 4 + 16, "the nonce is at the end");
        // The certificates of others are unknown.
        let other = Files::root(&rcgen::PKCS_ECDSA_P256_SHA256);
        std::fs::copy(other.path("root.crt"), files.path("other.crt")).unwrap();
        openssl(folder, "ocsp -issuer other.crt -serial 0x1234 -reqout question.der");
        let asked = std::fs::read(files.path("question.der")).unwrap();
        let (_, _, answer) = plant.http("POST", "/certs/ocsp", asked).await;
        std::fs::write(files.path("answer.der"), answer).unwrap();
        let told = openssl(folder, "ocsp -respin answer.der -CAfile root.crt -resp_text -noverify");
        assert!(told.contains("Cert Status: unknown"), "{told}");
        openssl(folder, "ocsp -issuer root.crt -serial 0x1234 -reqout question.der");
        let asked = std::fs::read(files.path("question.der")).unwrap();
        let (_, _, answer) = plant.http("POST", "/certs/ocsp", asked).await;
        std::fs::write(files.path("answer.der"), answer).unwrap();
        let told = openssl(folder, "ocsp -respin answer.der -CAfile root.crt -resp_text -noverify");
        assert!(told.contains("Cert Status: unknown"), "never issued: {told}");
    })
    .await;
}
