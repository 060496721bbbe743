//! Certificates of entities: who gets which, how they end, and what programs of others make of them.

mod artefacts;
mod issuing;
mod off;
mod owners;
mod requests;
mod resolving;
mod revoking;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use atoll_base::ctx::Ctx;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::authorities::Files;
use crate::harness::{Plant, on_both_with};

pub const ISSUE: &str = "mutation($i: IssueCertificateInput!) { made: issueCertificate(input: $i) { privateKeyPem
    certificate { credentialId entityId tenantId serialNumber status certificatePem subject dnsNames ipAddresses
        fingerprintSha256 expiresAt createdAt revokedAt revocationReason } } }";
const FROM_CSR: &str =
    "mutation($i: IssueCertificateFromCsrInput!) { made: issueCertificateFromCsr(input: $i) {
    privateKeyPem certificate { credentialId serialNumber certificatePem subject dnsNames ipAddresses } } }";
const RENEW: &str = "mutation($i: RenewCertificateInput!) { made: renewCertificate(input: $i) { privateKeyPem
    certificate { credentialId entityId serialNumber certificatePem subject dnsNames ipAddresses status } } }";
const REVOKE: &str = "mutation($i: RevokeCertificateInput!) { made: revokeCertificate(input: $i) {
    serialNumber status revokedAt revocationReason } }";
const REVOKE_ALL: &str =
    "mutation($e: ID!, $r: String) { made: revokeEntityCertificates(entityId: $e, reason: $r) }";
const LIST: &str = "query($e: ID, $t: ID, $s: String, $l: Int, $o: Int) {
    found: certificates(entityId: $e, tenantId: $t, status: $s, limit: $l, offset: $o) {
        total items { serialNumber entityId tenantId status } } }";
const SHOW: &str = "query($id: ID, $s: String) { found: certificate(credentialId: $id, serialNumber: $s) {
    credentialId serialNumber status } }";

/// Runs the test on both engines, with a root on P-256 that signs.
async fn with_authority(test: impl AsyncFn(Plant, &Files)) {
    let files = Files::root(&rcgen::PKCS_ECDSA_P256_SHA256);
    on_both_with(files.settings(), async |plant| test(plant, &files).await).await;
}

impl Plant {
    /// A certificate issued to an entity: `{privateKeyPem, certificate}`.
    async fn certificate(&self, ctx: &Ctx, entity: Uuid, more: Value) -> Value {
        self.data(ctx, ISSUE, issue(entity, more)).await["made"].take()
    }

    /// The serial number of one.
    async fn serial(&self, entity: Uuid) -> String {
        let made = self.certificate(&self.admin(), entity, json!({})).await;
        made["certificate"]["serialNumber"].as_str().expect("a serial number").to_owned()
    }

    async fn http(&self, method: &str, path: &str, body: Vec<u8>) -> (StatusCode, String, Vec<u8>) {
        let mut request =
            Request::builder().method(method).uri(path).body(Body::from(body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
        let router = atoll_server::http::api(self.app.clone());
        let answer = router.oneshot(request).await.expect("an answer");
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let (status, kind) = (answer.status(), kind.unwrap_or_default().to_owned());
        (status, kind, to_bytes(answer.into_body(), 1 << 20).await.expect("a body").to_vec())
    }

    /// The list of revoked certificates, in a file; as `openssl crl -text` shows it.
    async fn crl(&self, folder: &Path) -> String {
        let (status, kind, list) = self.http("GET", "/certs/crl", Vec::new()).await;
        assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/pkix-crl"));
        std::fs::write(folder.join("crl.der"), list).expect("the folder can be written");
        let shown = openssl(folder, "crl -inform DER -in crl.der -noout -text -CAfile root.crt");
        assert!(shown.contains("verify OK"), "{shown}");
        shown
    }

    /// What OCSP says of a certificate (PEM), asked with these options of `openssl ocsp`.
    async fn ocsp(&self, folder: &Path, issuer: &str, pem: &str, options: &str) -> String {
        std::fs::write(folder.join("leaf.pem"), pem).expect("the folder can be written");
        let about = format!("-issuer {issuer} {options} -cert leaf.pem");
        openssl(folder, &format!("ocsp {about} -reqout question.der"));
        let question = std::fs::read(folder.join("question.der")).expect("a question");
        let (status, kind, answer) = self.http("POST", "/certs/ocsp", question).await;
        assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/ocsp-response"));
        std::fs::write(folder.join("answer.der"), answer).expect("the folder can be written");
        // The clock of the house is not that of this machine.
        openssl(
            folder,
            &format!(
                "ocsp {about} -no_nonce -reqin question.der -respin answer.der -CAfile root.crt -validity_period 400000000 \
                 -resp_text"
            ),
        )
    }
}

/// The variables for issuing a certificate.
pub fn issue(entity: Uuid, more: Value) -> Value {
    let mut input = json!({ "entityId": entity });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    json!({ "i": input })
}

/// What `openssl` says, run in a folder.
fn openssl(folder: &Path, arguments: &str) -> String {
    let ran = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
    let ran = ran.expect("openssl is installed");
    format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

/// What `openssl x509` shows of a certificate.
fn shown(folder: &Path, pem: &Value) -> String {
    std::fs::write(folder.join("shown.pem"), pem.as_str().expect("PEM")).expect("the folder can be written");
    openssl(folder, "x509 -in shown.pem -noout -text -nameopt RFC2253")
}

/// When the house is, for `openssl verify`.
const AT: &str = "-attime 1800000000";
