//! No secret can be read where it is kept: not in the database's files, not in a dump, a backup, or the log.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::server::{ADMIN_SECRET, Engine, Setup, TestServer, engines};

const PASSWORD: &str = "a password of Anna's, quite long";
const WRONG: &str = "a guess that was not right";
const SMTP: &str = "smtp-password-5c1f0d";
const CLIENT: &str = "oidc-client-secret-77ab";
const SERVICE: &str = "service-secret-19c2e8f4";
/// The beginning of every private key on P-256 in PKCS#8.
const PRIVATE_KEY: [u8; 26] = [
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
];

/// A secret, by name, and how its bytes could be written.
struct Kept {
    name: &'static str,
    forms: Vec<Vec<u8>>,
}

impl Kept {
    fn new(name: &'static str, secret: &[u8]) -> Kept {
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        // What follows a secret changes the last letters of its base64.
        let base64 = |text: String| text.as_bytes()[..secret.len() * 4 / 3 - 2].to_vec();
        let numbers = serde_json::to_string(secret).unwrap_or_default();
        Kept {
            name,
            forms: vec![
                secret.to_vec(),
                hex.clone().into_bytes(),
                hex.to_uppercase().into_bytes(),
                base64(BASE64_STANDARD.encode(secret)),
                base64(BASE64_URL_SAFE_NO_PAD.encode(secret)),
                numbers.trim_end_matches(']').as_bytes().to_vec(),
            ],
        }
    }

    fn stands_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
    }
}

#[test]
fn what_is_looked_for_is_found() {
    let kept = Kept::new("x", b"some secret");
    for there in [
        "..some secret..",
        "x736f6d6520736563726574",
        "c29tZSBzZWNyZXQ=",
        "[115,111,109,101,32,115,101,99,114,101,116]",
    ] {
        assert!(kept.stands_in(there.as_bytes()), "{there}");
    }
    assert!(!kept.stands_in(b"some other secret"));
}

/// Files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

fn dump(server: &str) -> Vec<u8> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|found| found.flatten().map(|version| version.path().join("bin/pg_dump")).collect())
        .unwrap_or_default();
    folders.sort();
    let program = folders.pop().unwrap_or_else(|| "pg_dump".into());
    // What our driver alone understands is left out.
    let (base, query) = server.split_once('?').unwrap_or((server, ""));
    let known = query.split('&').filter(|one| !one.is_empty() && !one.starts_with("statement-cache"));
    let server = format!("{base}?{}", known.collect::<Vec<_>>().join("&"));
    let ran = Command::new(program).arg(&server).output().expect("pg_dump is installed with PostgreSQL");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

/// Makes one of each; the secrets.
async fn furnish(server: &TestServer) -> Vec<Kept> {
    let session = server.admin().await;
    let make = "mutation { e: createEntity(input: { kind: human, name: \"anna\", attributes: { email: \"anna@example.com\" } }) { id } }";
    let made = server.data(&session, make, json!({})).await;
    let anna = made["e"]["id"].as_str().unwrap().to_owned();
    let set = "mutation($e: ID!, $p: String!) { createPassword(entityId: $e, password: $p) }";
    server.data(&session, set, json!({ "e": anna, "p": PASSWORD })).await;
    let of_anna = server.login("anna", PASSWORD).await;
    let refused = server.try_login("anna", WRONG).await;
    assert!(!refused.status().is_success());
    let create = "mutation($s: ID!) { t: createAccessToken(input: { name: \"t\", subjectId: $s, scoped: false, permissions: [] }) { token } }";
    let token = server.data(&session, create, json!({ "s": anna })).await;
    let token = token["t"]["token"].as_str().unwrap().to_owned();
    let make = "mutation { e: createEntity(input: { kind: device, name: \"meter\" }) { id } }";
    let meter = server.data(&session, make, json!({})).await["e"]["id"].take();
    let create = "mutation($e: ID!) { k: createSharedKey(entityId: $e, input: {}) { key } }";
    let shared = server.data(&session, create, json!({ "e": meter })).await;
    let shared = shared["k"]["key"].as_str().unwrap().to_owned();
    let app = server.data(&of_anna, "mutation { enrolTotp { secret } }", json!({})).await;
    let app = app["enrolTotp"]["secret"].as_str().unwrap().to_owned();
    // Used, refused and given in the wrong places, so that logs have their chance.
    server.get(&token, "/auth/introspect").await;
    server.get(&format!("{token}x"), "/auth/introspect").await;
    server.graphql(&token, "{ nothing }", json!({ "token": token })).await;
    server.data(&session, "mutation { rotateSigningKeys }", json!({})).await;
    let key = std::fs::read_to_string(server.data_dir().join("deployment.key")).unwrap();
    let raw = BASE64_STANDARD.decode(key.trim()).unwrap();
    let secret_part = token.rsplit('_').next().unwrap().to_owned();
    let mut kept = vec![
        Kept::new("the administrator's password", ADMIN_SECRET.as_bytes()),
        Kept::new("a password", PASSWORD.as_bytes()),
        Kept::new("a wrong password", WRONG.as_bytes()),
        Kept::new("a service's secret", SERVICE.as_bytes()),
        Kept::new("the mail server's password", SMTP.as_bytes()),
        Kept::new("a client secret", CLIENT.as_bytes()),
        Kept::new("an access token", token.as_bytes()),
        Kept::new("the secret of an access token", secret_part.as_bytes()),
        Kept::new("a shared key", shared.as_bytes()),
        Kept::new("the secret of a shared key", shared.rsplit('_').next().unwrap().as_bytes()),
        Kept::new("the secret of an authenticator app", app.as_bytes()),
        Kept::new("a session token", of_anna.as_bytes()),
        Kept::new("the administrator's session token", session.as_bytes()),
        Kept::new("the signature of a session token", session.rsplit('.').next().unwrap().as_bytes()),
        Kept::new("a private key", &PRIVATE_KEY),
    ];
    kept.push(Kept::new("the deployment key", &raw));
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_can_be_read() {
    for engine in engines() {
        let providers = json!([{ "name": "example", "issuer": "https://id.example", "client_id": "a", "client_secret": CLIENT }]);
        let mut server = Setup::new(engine)
            .env("ATOM_OIDC_PROVIDERS", &providers.to_string())
            .env("ATOM_SMTP_HOST", "127.0.0.1")
            .env("ATOM_SMTP_FROM", "atoll@example.com")
            .env("ATOM_SMTP_USERNAME", "atoll")
            .env("ATOM_SMTP_PASSWORD", SMTP)
            .env("ATOM_SERVICE_SECRET", SERVICE)
            .set("log_level", "debug")
            .start()
            .await;
        let kept = furnish(&server).await;
        server.atoll(&["backup", "atoll.backup"]).ended_with(0);
        let doctor = server.atoll(&["doctor", "--all"]);
        std::fs::write(server.folder().join("doctor.out"), [doctor.out, doctor.err].concat()).unwrap();
        if let atoll_base::db::Location::Postgres(url) = server.location() {
            std::fs::write(server.folder().join("dump.sql"), dump(&url)).unwrap();
        }
        // While it runs (with the write-ahead log), and after it has ended.
        for ended in [false, true] {
            if ended {
                server.stop().await;
            }
            let looked_at = files(server.folder());
            for name in ["stderr.log", "atoll.backup", "doctor.out"] {
                assert!(looked_at.iter().any(|path| path.ends_with(name)), "{name}: {looked_at:?}");
            }
            let wal = looked_at.iter().any(|path| path.ends_with("data/atoll.db-wal"));
            assert!(ended || wal == matches!(server.engine(), Engine::Sqlite), "{looked_at:?}");
            for path in looked_at {
                let is_key = path.ends_with("data/deployment.key");
                let bytes = std::fs::read(&path).unwrap();
                let plain = unpacked(&bytes).unwrap_or(bytes);
                for secret in &kept {
                    let there = secret.stands_in(&plain);
                    assert!(is_key || !there, "{} stands in {}", secret.name, path.display());
                }
            }
        }
        server.restart().await;
        server.end().await;
    }
}

/// A backup is packed.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain).ok()?;
    Some(plain)
}
