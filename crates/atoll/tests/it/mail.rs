//! Mails through a real mail server, and the journeys that people make with them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Engine, NOBODY, Setup, TestServer, engines};

const SECRET: &str = "correct horse battery";
const NEW: &str = "a new one that is long";
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail server; it ends with this.
pub struct MailServer {
    child: Child,
    port: u16,
    seen: usize,
    folder: TempDir,
}

impl MailServer {
    /// One that takes every mail.
    pub fn start(options: &[&str]) -> MailServer {
        MailServer::start_in(tempfile::tempdir().expect("a folder"), options)
    }

    fn start_in(folder: TempDir, options: &[&str]) -> MailServer {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mail_server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(folder.path())
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with aiosmtpd: .ci/install installs it");
        let mut line = String::new();
        let said = child.stdout.take().expect("a pipe");
        BufReader::new(said).read_line(&mut line).expect("the port");
        let port =
            line.trim().parse().expect("the mail server does not start; .ci/install installs aiosmtpd");
        MailServer { child, port, seen: 0, folder }
    }

    /// Waits for the next mail.
    pub async fn next(&mut self) -> Value {
        let path = self.folder.path().join(format!("{:04}.json", self.seen + 1));
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(text) = std::fs::read_to_string(&path) {
                self.seen += 1;
                return serde_json::from_str(&text).expect("JSON");
            }
            assert!(Instant::now() < deadline, "no mail comes");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A house that sends its mails here.
    pub fn of(&self, setup: Setup) -> Setup {
        setup
            .set("smtp_host", "localhost")
            .set("smtp_port", self.port)
            .set("smtp_tls", "none")
            .set("smtp_from", "Atoll <atoll@example.com>")
    }

    /// Whether no other mail has come.
    fn nothing_more(&self) -> bool {
        !self.folder.path().join(format!("{:04}.json", self.seen + 1)).exists()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn setup(engine: Engine, mails: &MailServer) -> Setup {
    mails.of(Setup::new(engine))
}

/// The link of a mail, as a path of the server.
fn link(mail: &Value) -> String {
    let text = mail["parts"]["text/plain"].as_str().expect("a text");
    let (_, after) = text.split_once("http://localhost:8080").expect("a link");
    after.split_whitespace().next().expect("a path").to_owned()
}

fn token(mail: &Value) -> String {
    link(mail).split_once("token=").expect("a token").1.to_owned()
}

async fn sign_up(server: &TestServer, name: &str, email: &str) -> Value {
    let body = json!({ "name": name, "email": email, "password": SECRET });
    let answer = server.post(NOBODY, "/auth/signup", body).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    answer.json().await.expect("JSON")
}

async fn error(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("JSON");
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn sign_up_verify_sign_in_forget_reset_and_be_invited() {
    for engine in engines() {
        let mut mails = MailServer::start(&[]);
        let server = setup(engine, &mails).start().await;
        let made = sign_up(&server, "anna", "Anna@example.com").await;
        assert_eq!(
            (&made["email"], &made["verification_required"]),
            (&json!("anna@example.com"), &json!(true))
        );
        let early = server.try_login("anna@example.com", SECRET).await;
        assert_eq!(error(early).await, (401, "email verification required".into()));
        let mail = mails.next().await;
        assert_eq!(
            (&mail["to"][0], &mail["from"]),
            (&json!("anna@example.com"), &json!("atoll@example.com"))
        );
        assert!(mail["parts"]["text/html"].as_str().unwrap().contains("<html"));
        let verified: Value = server.get(NOBODY, &link(&mail)).await.json().await.unwrap();
        assert_eq!(verified, json!({ "verified": true }));
        let again = server.get(NOBODY, &link(&mail)).await;
        assert_eq!(error(again).await, (400, "verification token expired".into()));
        let login: Value = server.try_login("anna@example.com", SECRET).await.json().await.unwrap();
        assert_eq!((&login["email_verified"], &login["verification_required"]), (&json!(true), &Value::Null));
        let session = login["token"].as_str().unwrap().to_owned();

        for address in ["nobody@example.com", "anna@example.com"] {
            let wish = json!({ "email": address, "redirect_url": "https://evil.test/" });
            let answer = server.post(NOBODY, "/auth/password/reset/request", wish).await;
            assert_eq!(
                (answer.status(), answer.text().await.unwrap()),
                (StatusCode::ACCEPTED, String::new())
            );
        }
        let mail = mails.next().await;
        assert!(link(&mail).starts_with("/reset-password?token=atomr_"), "{mail}");
        let new = json!({ "token": token(&mail), "password": NEW, "confirm_password": NEW });
        let answer = server.post(NOBODY, "/auth/password/reset", new.clone()).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let again = server.post(NOBODY, "/auth/password/reset", new).await;
        assert_eq!(error(again).await, (400, "password reset token expired".into()));
        assert_eq!(mails.next().await["subject"], "Your password was changed");
        assert_eq!(server.get(&session, "/auth/session").await.status(), 401, "the old session is dead");
        assert_eq!(server.try_login("anna@example.com", SECRET).await.status(), 401);
        let anna = server.login("anna@example.com", NEW).await;

        invited(&server, &mut mails, &anna).await;
        assert!(mails.nothing_more());
        server.end().await;
    }
}

async fn invited(server: &TestServer, mails: &mut MailServer, anna: &str) {
    let admin = server.admin().await;
    let made = "mutation { made: createTenant(input: { name: \"plant-a\" }) { id } }";
    let tenant = server.data(&admin, made, json!({})).await["made"]["id"].take();
    let invite = "mutation($t: ID!) { createTenantInvitation(tenantId: $t, input: { inviteeEmail: \"anna@example.com\", redirectUrl: \"https://evil.test\" }) { id } }";
    let accept =
        "mutation($token: String!) { tenant: acceptTenantInvitationToken(input: { token: $token }) }";
    let mut tokens = Vec::new();
    for _ in 0..2 {
        server.data(&admin, invite, json!({ "t": tenant })).await;
        let mail = mails.next().await;
        assert_eq!(mail["subject"], "You are invited to plant-a");
        assert!(link(&mail).starts_with("/invitations/accept?token=atomi_"), "{mail}");
        tokens.push(token(&mail));
    }
    let refusal = server.refusal(anna, accept, json!({ "token": tokens[0] })).await;
    assert_eq!(refusal, "invalid invitation token");
    let came = server.data(anna, accept, json!({ "token": tokens[1] })).await;
    assert_eq!(came["tenant"], tenant);
}

#[tokio::test]
async fn requests_that_are_not_in_order_are_told_so() {
    let mails = MailServer::start(&[]);
    let server = setup(Engine::Sqlite, &mails).start().await;
    let post = async |path: &str, body: Value| server.post(NOBODY, path, body).await;
    let extra = json!({ "name": "a", "email": "a@example.com", "password": SECRET, "role": "admin" });
    assert_eq!(post("/auth/signup", extra).await.status(), 422);
    let short = json!({ "name": "a", "email": "a@example.com", "password": "short" });
    let answer = error(post("/auth/signup", short).await).await;
    assert_eq!(answer, (400, "password must be at least 12 characters".into()));
    let bad = json!({ "email": "a@localhost" });
    assert_eq!(error(post("/auth/email/resend", bad).await).await, (400, "invalid email".into()));
    assert_eq!(post("/auth/email/resend", json!({ "email": "a@example.com" })).await.status(), 202);
    let answer = server.get(NOBODY, "/auth/email/verify?token=x").await;
    assert_eq!(error(answer).await, (400, "invalid verification token".into()));
    let config: Value = server.get(NOBODY, "/auth/public-config").await.json().await.unwrap();
    assert_eq!(config["signup_enabled"], true);
    server.end().await;

    let server = TestServer::start(Engine::Sqlite).await;
    let body = json!({ "name": "a", "email": "a@example.com", "password": SECRET });
    let (status, why) = error(server.post(NOBODY, "/auth/signup", body).await).await;
    assert_eq!(status, 503);
    assert!(why.starts_with("sign up is not available: no mail server is set"), "{why}");
    let config: Value = server.get(NOBODY, "/auth/public-config").await.json().await.unwrap();
    assert_eq!(
        (&config["signup_enabled"], &config["self_registration_enabled"]),
        (&json!(false), &json!(true))
    );
    server.end().await;
}

#[tokio::test]
async fn a_mail_waits_for_a_mail_server_that_is_away() {
    let away = MailServer::start(&[]);
    let port = away.port.to_string();
    let server = setup(Engine::Sqlite, &away).start().await;
    drop(away);
    sign_up(&server, "anna", "anna@example.com").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut mails = MailServer::start(&["--port", &port]);
    let mail = mails.next().await;
    assert_eq!(server.get(NOBODY, &link(&mail)).await.status(), 200);
    server.login("anna@example.com", SECRET).await;
    server.end().await;
}

/// A certificate for `localhost` and its key.
#[tokio::test]
async fn what_a_mailbox_refuses_for_good_is_given_up_at_once() {
    let mails = MailServer::start(&[]);
    let server = setup(Engine::Sqlite, &mails).start().await;
    let token = server.admin().await;
    let make = "mutation { t: createTenant(input: { name: \"acme\" }) { id } }";
    let tenant = server.data(&token, make, json!({})).await["t"]["id"].take();
    let invite = "mutation($t: ID!) { createTenantInvitation(tenantId: $t, input: { inviteeEmail: \"nobody@example.test\" }) { id } }";
    server.data(&token, invite, json!({ "t": tenant })).await;
    let dead = "{ jobs(kind: \"mail.send\", state: dead) { items { attempts lastError } } }";
    let deadline = Instant::now() + PATIENCE;
    let job = loop {
        let found = server.data(&token, dead, json!({})).await;
        if let Some(job) = found["jobs"]["items"].get(0) {
            break job.clone();
        }
        assert!(Instant::now() < deadline, "it is tried again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(job["attempts"], 1);
    assert!(job["lastError"].as_str().unwrap().contains("refused for good"), "{job}");
    server.end().await;
}

fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

#[tokio::test]
async fn mails_go_through_starttls_with_a_name_and_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let mut mails = MailServer::start(&[
        "--certificate",
        certificate,
        "--key",
        key,
        "--user",
        "atoll",
        "--password",
        "pass word",
    ]);
    let server = setup(Engine::Sqlite, &mails)
        .set("smtp_tls", "starttls")
        .set("smtp_username", "atoll")
        .env("ATOM_SMTP_PASSWORD", "pass word")
        .env("SSL_CERT_FILE", certificate)
        .start()
        .await;
    sign_up(&server, "anna", "anna@example.com").await;
    let mail = mails.next().await;
    assert_eq!((&mail["tls"], &mail["authenticated"]), (&json!(true), &json!(true)));
    assert_eq!(server.get(NOBODY, &link(&mail)).await.status(), 200);
    assert!(!server.stderr().contains("atomv_") && !server.stdout().contains("atomv_"));
    server.end().await;

    let untrusted = setup(Engine::Sqlite, &mails)
        .set("smtp_tls", "starttls")
        .set("smtp_username", "atoll")
        .env("ATOM_SMTP_PASSWORD", "pass word")
        .start()
        .await;
    sign_up(&untrusted, "anna", "anna@example.com").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(mails.nothing_more(), "a mail server that nobody vouches for is sent nothing");
    untrusted.end().await;
}

#[tokio::test]
async fn an_operator_writes_mails_and_a_broken_one_keeps_the_house_closed() {
    let mut mails = MailServer::start(&[]);
    let server = setup(Engine::Sqlite, &mails).set("email_templates_dir", "mails").prepare().await;
    let folder = server.folder().join("mails");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("verification.tmpl");
    std::fs::write(&file, "Subject: Hi\n\nGo on: {{ verification_urll }}\n").unwrap();
    let ran = server.atoll(&["serve"]);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("verification.tmpl, line 3"), "{}", ran.err);
    std::fs::write(&file, "Subject: Hi {{ name }}\n\nGo on: {{ verification_url }}\n").unwrap();
    let mut server = server;
    server.restart().await;
    sign_up(&server, "anna", "anna@example.com").await;
    let mail = mails.next().await;
    assert_eq!(mail["subject"], "Hi anna");
    assert_eq!(mail["parts"].as_object().unwrap().len(), 1, "only what the operator wrote");
    assert_eq!(server.get(NOBODY, &link(&mail)).await.status(), 200);
    server.end().await;
}
