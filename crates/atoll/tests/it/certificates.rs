//! Certificates over gRPC and in the console, with the authority of the guide.

use atoll_server::grpc::atom;
use atoll_server::grpc::atom::certificate_service_client::CertificateServiceClient;
use serde_json::json;
use tonic::transport::Channel;
use tonic::{Code, Request};

use crate::console::visitor::Visitor;
use crate::guides;
use crate::server::{Engine, Setup, TestServer, engines};

/// A server that issues certificates.
async fn issuing(engine: Engine) -> TestServer {
    let mut server = Setup::new(engine).prepare().await;
    guides::make_authority(&server);
    server.restart().await;
    server
}

async fn meter(server: &TestServer) -> String {
    let make = "mutation { made: createEntity(input: { kind: device, name: \"meter\" }) { id } }";
    let made = server.data(&server.admin().await, make, json!({})).await;
    made["made"]["id"].as_str().expect("an id").to_owned()
}

fn asked<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    if !token.is_empty() {
        let value = format!("Bearer {token}").parse().expect("a header");
        request.metadata_mut().insert("authorization", value);
    }
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn adapters_ask_whose_certificate_it_is() {
    for engine in engines() {
        let server = issuing(engine).await;
        let (token, meter) = (server.admin().await, meter(&server).await);
        let issue = "mutation($e: ID!) { made: issueCertificate(input: { entityId: $e }) {
            certificate { credentialId serialNumber fingerprintSha256 expiresAt } } }";
        let made = server.data(&token, issue, json!({ "e": meter })).await["made"]["certificate"].take();
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        let at = Channel::from_shared(format!("http://{}", server.grpc())).unwrap();
        let mut client = CertificateServiceClient::new(at.connect().await.unwrap());

        let question = |serial: &str, print: &str| atom::ResolveCertificateRequest {
            serial_number: serial.into(),
            fingerprint_sha256: print.into(),
        };
        let (serial, print) = (text("serialNumber").to_uppercase(), text("fingerprintSha256"));
        let found = client.resolve_certificate(asked(question(&serial, &print), &token)).await;
        let found = found.expect("an answer").into_inner();
        assert_eq!((found.entity_id.as_str(), found.tenant_id.as_str()), (meter.as_str(), ""));
        assert_eq!((found.credential_id, found.expires_at), (text("credentialId"), text("expiresAt")));
        for (serial, print, token, code, message) in [
            (&*serial, "00", &*token, Code::Unauthenticated, "certificate fingerprint mismatch"),
            ("0123", "", &token, Code::NotFound, "not found"),
            ("what", "", &token, Code::InvalidArgument, "invalid certificate serial number"),
            (&serial, "", "", Code::Unauthenticated, "missing authorization metadata"),
        ] {
            let refused =
                client.resolve_certificate(asked(question(serial, print), token)).await.unwrap_err();
            assert_eq!((refused.code(), refused.message()), (code, message));
        }

        let all = |entity: &str| atom::RevokeEntityCertificatesRequest {
            entity_id: entity.into(),
            reason: String::new(),
        };
        let bad = client.revoke_entity_certificates(asked(all("meter"), &token)).await.unwrap_err();
        assert_eq!((bad.code(), bad.message()), (Code::InvalidArgument, "invalid entity_id: expected UUID"));
        // Those of an entity that is switched off can be revoked, too.
        let off = "mutation($e: ID!) { disableEntity(id: $e) { id } }";
        server.data(&token, off, json!({ "e": meter })).await;
        let gone = client.resolve_certificate(asked(question(&serial, ""), &token)).await.unwrap_err();
        assert_eq!((gone.code(), gone.message()), (Code::NotFound, "entity not found"));
        let revoked = client.revoke_entity_certificates(asked(all(&meter), &token)).await;
        assert_eq!(revoked.expect("an answer").into_inner().revoked, 1);
        server.data(&token, "mutation($e: ID!) { enableEntity(id: $e) { id } }", json!({ "e": meter })).await;
        let over = client.resolve_certificate(asked(question(&serial, ""), &token)).await.unwrap_err();
        assert_eq!((over.code(), over.message()), (Code::Unauthenticated, "certificate revoked"));
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_issues_renews_and_revokes() {
    let server = issuing(Engine::Sqlite).await;
    let (entity, visitor) = (meter(&server).await, Visitor::admin(&server).await);
    let page = visitor.open(&format!("/entities/{entity}")).await;
    assert!(page.text.contains("Issue certificate") && page.text.contains("Revoke all"), "{}", page.text);

    let form = format!("/entities/{entity}/certificate");
    let token = visitor.open(&form).await.value("form_token");
    let names = [("common-name", "m7"), ("dns-names", "m7.example, m8.example"), ("ttl", "3600")];
    let filled: Vec<_> = [("form_token", &*token)].into_iter().chain(names).collect();
    let shown = visitor.send(&form, &filled).await;
    assert!(shown.text.contains("-----BEGIN PRIVATE KEY-----"), "{}", shown.text);
    let wrong: Vec<_> = [("form_token", &*token), ("dns-names", "a b")].into_iter().collect();
    assert!(visitor.send(&form, &wrong).await.text.contains("invalid DNS name"));

    let page = visitor.open(&format!("/entities/{entity}")).await;
    assert!(page.text.contains("m8.example") && !page.text.contains("PRIVATE KEY"));
    let own =
        page.attributes("href").into_iter().find(|link| link.starts_with("/certificates/")).expect("a link");
    let page = visitor.open(&own).await;
    for part in ["-----BEGIN CERTIFICATE-----", "SHA-256 fingerprint", "m7.example", "Renew", "Revoke"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let renewed =
        visitor.send(&format!("{own}/renew"), &[("form_token", &token), ("revoke-old", "on")]).await;
    assert!(renewed.text.contains("-----BEGIN PRIVATE KEY-----"), "{}", renewed.text);
    let old = visitor.open(&own).await;
    assert!(old.text.contains("replaced by another") && !old.text.contains(&format!("{own}/renew")));
    let list = visitor.open("/certificates").await;
    let all: Vec<_> =
        list.attributes("href").into_iter().filter(|link| link.starts_with("/certificates/")).collect();
    let new = all.iter().find(|link| **link != own).expect("the new one");
    visitor
        .send(&format!("{new}/revoke"), &[("form_token", &token), ("revocation-reason", "keyCompromise")])
        .await;
    assert!(visitor.open(new).await.text.contains("the key is known to others"));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_offers_nothing_where_nothing_is_issued() {
    let server = TestServer::start(Engine::Sqlite).await;
    let (entity, visitor) = (meter(&server).await, Visitor::admin(&server).await);
    let page = visitor.open(&format!("/entities/{entity}")).await;
    assert!(!page.text.contains("ertificate"), "{}", page.text);
    assert!(!visitor.open("/").await.text.contains("/certificates"));
    server.end().await;
}
