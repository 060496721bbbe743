//! An operator at the machine, while Atoll runs: decisions, passwords, jobs.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{ADMIN_SECRET, Engine, Ran, TestServer, on_both};

const ADMIN: &str = "00000000-0000-0000-0000-000000000001";

async fn make(server: &TestServer, token: &str, query: &str, variables: Value) -> String {
    let data = server.data(token, query, variables).await;
    let made = data.as_object().and_then(|fields| fields.values().next()).expect("one field");
    made["id"].as_str().unwrap_or_else(|| panic!("{data}")).to_owned()
}

#[tokio::test]
async fn a_decision_can_be_asked_for_while_the_server_runs() {
    on_both(async |server| {
        let token = server.admin().await;
        let tenant =
            make(server, &token, r#"mutation { createTenant(input: { name: "Acme", alias: "acme" }) { id } }"#, json!({}))
                .await;
        let entity = "mutation($tenant: ID!) { createEntity(input: { kind: human, name: \"alice\", tenantId: $tenant }) { id } }";
        let alice = make(server, &token, entity, json!({ "tenant": tenant })).await;
        let object = format!("tenant:{tenant}");

        let ran = server.atoll(&["check", "admin", "manage", &object]).ended_with(0);
        assert!(ran.out.starts_with("allowed: "), "{}", ran.out);
        for subject in ["alice", "acme/alice", "Acme/alice", &alice] {
            let ran = server.atoll(&["check", subject, "manage", &object]).ended_with(3);
            assert!(ran.out.starts_with("denied: "), "{}", ran.out);
        }
        let ran = server.atoll(&["check", "admin", "manage", &object, "--explain"]).ended_with(0);
        assert!(ran.out.contains("atom-admin") && ran.out.contains("platform"), "{}", ran.out);
        let ran = server.atoll(&["check", "admin", "manage", &object, "--json"]).ended_with(0);
        assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), json!({ "allowed": true, "reason": "allowed" }));
        let ran = server.atoll(&["check", "alice", "manage", &object, "--json", "--explain"]).ended_with(3);
        let explanation: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(explanation["subject"]["id"], json!(alice));
        let ran = server.atoll(&["check", "nobody-here", "manage", &object]).ended_with(1);
        assert!(ran.err.contains("there is no entity called nobody-here"), "{}", ran.err);
    })
    .await;
}

#[tokio::test]
async fn a_reset_password_ends_every_session_of_a_running_server() {
    on_both(async |server| {
        let token = server.admin().await;
        let ran = server.atoll(&["admin", "reset-password"]).ended_with(0);
        let password = ran.out.trim();
        assert!(password.len() >= 29 && !password.contains(char::is_whitespace), "{}", ran.out);
        // The running server hears of it through the ledger.
        let ended =
            async || server.graphql(&token, "{ tenants { total } }", json!({})).await.get("errors").is_some();
        eventually(ended).await;
        let said = server.refusal(&token, "{ tenants { total } }", json!({})).await;
        assert!(!said.contains("internal"), "{said}");
        assert_eq!(server.try_login("admin", ADMIN_SECRET).await.status(), 401);
        server.login("admin", password).await;
        assert!(!server.stderr().contains(password));
    })
    .await;
}

#[tokio::test]
async fn a_password_can_be_given_on_stdin_to_whom_it_is_for() {
    on_both(async |server| {
        let token = server.admin().await;
        let bob = "mutation { createEntity(input: { kind: human, name: \"bob\" }) { id } }";
        let bob = make(server, &token, bob, json!({})).await;
        let reset = |arguments: &[&str], input: &str| {
            let mut command = server.command();
            command.args(["admin", "reset-password", "--password-stdin"]).args(arguments);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            Ran {
                code: output.status.code().unwrap_or(-1),
                out: String::from_utf8_lossy(&output.stdout).into_owned(),
                err: String::from_utf8_lossy(&output.stderr).into_owned(),
            }
        };
        let ran = reset(&["--name", "bob"], "a new password of bob\n").ended_with(0);
        assert!(!ran.out.contains("a new password") && !ran.err.contains("a new password"), "{ran:?}");
        server.login("bob", "a new password of bob").await;
        reset(&["--entity", &bob], "another password of bob").ended_with(0);
        server.login("bob", "another password of bob").await;
        let short = reset(&["--name", "bob"], "short").ended_with(1);
        assert!(short.err.contains("12"), "it says how long: {}", short.err);
        reset(&["--name", "bob"], "").ended_with(2);
        server.admin().await;
    })
    .await;
}

#[tokio::test]
async fn jobs_that_were_given_up_are_listed() {
    on_both(async |server| {
        let ran = server.atoll(&["jobs", "list-dead"]).ended_with(0);
        assert!(ran.err.contains("No job was given up"), "{}", ran.err);
        let ran = server.atoll(&["jobs", "redrive", ADMIN]).ended_with(1);
        assert!(ran.err.contains("atoll jobs list-dead"), "{}", ran.err);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_was_given_up_can_try_again() {
    use sea_orm_migration::sea_orm::ConnectionTrait;
    let mut server = TestServer::start(Engine::Sqlite).await;
    let db = atoll_base::db::Db::open(&server.location(), &Default::default()).await.unwrap();
    let job = "00000000000000000000000000000007";
    let insert = format!(
        "INSERT INTO jobs (id, kind, payload, state, attempts, max_attempts, due_at, last_error, created_at, ended_at) \
         VALUES (x'{job}', 'mail', '{{}}', 'dead', 12, 12, 0, 'nobody answers', 0, 1)"
    );
    db.writer().execute_unprepared(&insert).await.unwrap();
    db.close().await.unwrap();
    let ran = server.atoll(&["jobs", "list-dead"]).ended_with(0);
    assert!(ran.out.contains("nobody answers") && ran.out.contains("mail"), "{}", ran.out);
    server.atoll(&["jobs", "redrive", job]).ended_with(0);
    let ran = server.atoll(&["jobs", "list-dead"]).ended_with(0);
    assert!(ran.out.is_empty(), "{}", ran.out);
    let ran = server.atoll(&["ledger", "tail"]).ended_with(0);
    assert!(ran.out.contains("job.redrive"), "{}", ran.out);
    assert!(server.stop().await.success());
    server.end().await;
}

/// Waits until something has become true.
async fn eventually(is_true: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_true().await {
        assert!(Instant::now() < deadline, "it does not become true");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
