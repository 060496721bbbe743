//! Changing the deployment key, while Atoll runs.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Engine, Setup, TestServer, engines};

/// A replica that has not heard of a change for this long stops answering; here a short time, for it is waited out.
fn setup(engine: Engine) -> Setup {
    Setup::new(engine).set("decision_staleness_secs", 1)
}

fn key_file(server: &TestServer) -> std::path::PathBuf {
    server.data_dir().join("deployment.key")
}

async fn access_token(server: &TestServer, token: &str) -> String {
    let create = "mutation($s: ID!) { t: createAccessToken(input: { name: \"t\", subjectId: $s, scoped: false, permissions: [] }) { token } }";
    let admin = "00000000-0000-0000-0000-000000000001";
    let made = server.data(token, create, json!({ "s": admin })).await;
    made["t"]["token"].as_str().unwrap().to_owned()
}

async fn good(server: &TestServer, token: &str) -> bool {
    server.get(token, "/auth/introspect").await.status().is_success()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_goes_on_under_a_new_key() {
    for engine in engines() {
        let mut server = setup(engine).start().await;
        let session = server.admin().await;
        let token = access_token(&server, &session).await;
        server.data(&session, "mutation { rotateSigningKeys }", json!({})).await;
        let old = fs::read_to_string(key_file(&server)).unwrap();
        let listed = server.atoll(&["keys", "list"]).ended_with(0);
        for expected in ["local:v1", "vault_keys", "signing_keys", "sealed_private_key", "seals and opens"] {
            assert!(listed.out.contains(expected), "{expected} is missing: {}", listed.out);
        }
        let ran = server.atoll(&["keys", "rotate"]).ended_with(0);
        assert!(
            ran.out.contains("local:v2") && ran.out.contains("4 of them moved"),
            "{}{}",
            ran.out,
            ran.err
        );
        let new = fs::read_to_string(key_file(&server)).unwrap();
        assert!(new.starts_with("local:v2 ") && new.lines().count() == 1 && !new.contains(old.trim()));
        for text in [&listed.out, &ran.out, &ran.err] {
            assert!(!text.contains(old.trim()) && !text.contains(new.split(' ').nth(1).unwrap().trim()));
        }
        let listed = server.atoll(&["keys", "list"]).ended_with(0);
        assert!(!listed.out.contains("local:v1") && listed.out.contains("local:v2"), "{}", listed.out);
        assert!(good(&server, &session).await && good(&server, &token).await, "what was given stays good");
        // It noticed: what it seals now is sealed under the new key.
        server.data(&session, "mutation { rotateSigningKeys }", json!({})).await;
        let keys = server.data(&session, "{ signingKeys { keyEncryptionKeyId } }", json!({})).await;
        let ids = keys["signingKeys"].as_array().unwrap();
        assert!(ids.iter().all(|key| key["keyEncryptionKeyId"] == "local:v2"), "{keys}");
        server.stop().await;
        server.restart().await;
        assert!(good(&server, &session).await && good(&server, &token).await, "after a restart, too");
        server.admin().await;
        let doctor = server.atoll(&["doctor"]);
        assert!(doctor.out.contains("opens what is sealed"), "{}", doctor.out);
        server.atoll(&["ledger", "verify"]).ended_with(0);
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_killed_goes_on() {
    for engine in engines() {
        let mut server = setup(engine).start().await;
        let session = server.admin().await;
        let token = access_token(&server, &session).await;
        for _ in 0..3 {
            let mut rotation = server.command().args(["keys", "rotate"]).spawn().unwrap();
            let begun = Instant::now();
            while fs::read_to_string(key_file(&server)).unwrap().lines().count() < 2 {
                assert!(begun.elapsed() < Duration::from_secs(60), "the new key is written first");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            rotation.kill().unwrap();
            rotation.wait().unwrap();
            assert!(good(&server, &session).await && good(&server, &token).await);
            server.kill9();
            server.restart().await;
            assert!(good(&server, &session).await && good(&server, &token).await, "between two keys");
        }
        let listed = server.atoll(&["keys", "list"]).ended_with(0);
        assert!(listed.err.contains("not finished"), "{}{}", listed.out, listed.err);
        let doctor = server.atoll(&["doctor"]);
        assert!(doctor.out.contains("local:v1 is replaced by local:v2"), "{}", doctor.out);
        server.atoll(&["keys", "rotate"]).ended_with(0);
        let file = fs::read_to_string(key_file(&server)).unwrap();
        assert!(file.starts_with("local:v2 ") && file.lines().count() == 1, "one key for all the tries");
        assert!(good(&server, &session).await && good(&server, &token).await);
        server.end().await;
    }
}

const FIRST: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const SECOND: &str = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_settings_is_changed_by_the_operator() {
    for engine in engines() {
        let mut server = setup(engine).env("ATOM_KEY_ENCRYPTION_KEY", FIRST).start().await;
        let session = server.admin().await;
        let token = access_token(&server, &session).await;
        let refused = server.atoll(&["keys", "rotate"]).ended_with(1);
        assert!(refused.err.contains("key_encryption_key_previous"), "{}", refused.err);
        server.stop().await;
        server.with_env("ATOM_KEY_ENCRYPTION_KEY", SECOND);
        server.with_env("ATOM_KEY_ENCRYPTION_KEY_ID", "local:v2");
        server.with_env("ATOLL_KEY_ENCRYPTION_KEY_PREVIOUS", FIRST);
        server.restart().await;
        assert!(good(&server, &token).await, "the old key still opens");
        let ran = server.atoll(&["keys", "rotate"]).ended_with(0);
        assert!(ran.err.contains("Remove key_encryption_key_previous"), "{}", ran.err);
        assert!(!ran.err.contains(FIRST) && !ran.err.contains(SECOND));
        server.stop().await;
        server.with_env("ATOLL_KEY_ENCRYPTION_KEY_PREVIOUS", "");
        server.restart().await;
        assert!(good(&server, &token).await && good(&server, &session).await, "and is not needed any more");
        assert!(!server.data_dir().join("deployment.key").exists());
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_replicas_notice() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let here = setup(engine).start().await;
        let there = here.replica().await;
        let session = here.admin().await;
        assert!(good(&there, &session).await);
        here.atoll(&["keys", "rotate"]).ended_with(0);
        // Each has to open what the other seals.
        for (one, other) in [(&here, &there), (&there, &here)] {
            one.data(&session, "mutation { rotateSigningKeys }", json!({})).await;
            let begun = Instant::now();
            loop {
                let fresh = other.admin().await;
                let kid = |token: &str| token.split('.').next().unwrap().to_owned();
                if kid(&fresh) == kid(&one.admin().await) {
                    break;
                }
                assert!(begun.elapsed() < Duration::from_secs(5), "the other replica signs with the new key");
            }
        }
        let keys: Value = here.data(&session, "{ signingKeys { keyEncryptionKeyId } }", json!({})).await;
        let ids = keys["signingKeys"].as_array().unwrap();
        assert!(ids.iter().all(|key| key["keyEncryptionKeyId"] == "local:v2"), "{keys}");
        drop(there);
        here.end().await;
    }
}
