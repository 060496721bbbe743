//! Signing in with a real OpenID provider, step by step as a browser takes them, along the guide.

mod browser;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use browser::Browser;
use serde_json::{Value, json};

use crate::ran::Ran;
use crate::server::{Setup, TestServer, engines};
use crate::{guides, installed};

const GUIDE: &str = include_str!("../../../../../docs/single-sign-on.md");
const SCRIPT: &str = include_str!("provider.mjs");
const CALLBACK: &str = "http://localhost:8080/auth/oauth/corp/callback";
const VERSION: &str = "9.13.3";

/// The provider; ends with the test.
struct Upstream {
    child: Child,
    issuer: String,
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the provider is.
fn provider() -> PathBuf {
    let package = format!("oidc-provider@{VERSION}");
    let target = installed::once(&package.replace('@', "-"), |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(folder).arg(&package);
        Ran::of(&mut npm).ended_with(0);
    });
    std::fs::write(target.join("provider.mjs"), SCRIPT).expect("a script");
    target
}

fn upstream() -> Upstream {
    let mut child = Command::new("node")
        .args(["provider.mjs", CALLBACK])
        .current_dir(provider())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("node starts; .ci/install installs it");
    let mut issuer = String::new();
    let out = child.stdout.as_mut().expect("its output");
    BufReader::new(out).read_line(&mut issuer).expect("a line");
    assert!(issuer.starts_with("http"), "the provider did not start: {issuer:?}");
    Upstream { child, issuer: issuer.trim().to_owned() }
}

/// The commands of the guide after this marker.
fn commands(marker: &str) -> &'static str {
    let marker = format!("<!-- {marker}: a test runs these commands as they stand -->\n```sh\n");
    let (_, block) = GUIDE.split_once(&marker).expect("the block");
    block.split_once("\n```").expect("its end").0
}

fn follow(server: &TestServer, marker: &str, environment: &[(&str, &str)]) -> String {
    // Only what is called is put in: the origin stays the address that people see.
    let script = commands(marker).replace("localhost:8080/", &format!("{}/", server.http()));
    guides::run(server, &script, environment).out.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_with_a_real_provider_as_the_guide_says() {
    let upstream = upstream();
    let provider = GUIDE.lines().find(|line| line.contains("ATOLL_OIDC_PROVIDERS='")).expect("the setting");
    let provider =
        provider.split('\'').nth(1).expect("its value").replace("https://id.example.com", &upstream.issuer);
    for engine in engines() {
        let setup = Setup::new(engine).env("ATOLL_OIDC_PROVIDERS", &provider);
        let server = setup.start().await;

        // A newcomer.
        let away = follow(&server, "leaving", &[]);
        assert!(away.starts_with(&upstream.issuer), "{away}");
        let jar = std::fs::read_to_string(server.folder().join("jar")).expect("the cookies");
        let mut anna = Browser::with_cookies_of(&jar);
        let back = anna.sign_in(&away, "anna", &server).await;
        let code = back.get("code").unwrap_or_else(|| panic!("no code: {back:?}"));
        assert_eq!(back["return_to"], "/dashboard");
        let told = follow(&server, "exchanging", &[("CODE", code)]);
        let session: Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(session["email_verified"], json!(true), "{session}");
        let again = server.post("", "/auth/oauth/exchange", json!({ "code": code })).await;
        assert_eq!(again.status(), 400);
        let jar = std::fs::read_to_string(server.folder().join("jar")).expect("the cookies");
        assert!(jar.contains("atom_token"), "a page of ours gets the cookie: {jar}");

        // The administrator links somebody there, and signs in with it from then on.
        let admin = server.admin().await;
        let away = follow(&server, "linking", &[("TOKEN", &admin)]);
        let jar = std::fs::read_to_string(server.folder().join("jar")).expect("the cookies");
        let mut boss = Browser::with_cookies_of(&jar);
        let back = boss.sign_in(&away, "boss", &server).await;
        assert_eq!(back.get("linked").map(String::as_str), Some("corp"), "{back:?}");
        let away = follow(&server, "leaving", &[]);
        let jar = std::fs::read_to_string(server.folder().join("jar")).expect("the cookies");
        boss.keeps(&jar);
        let back = boss.sign_in(&away, "boss", &server).await;
        let body: Value = server
            .post("", "/auth/oauth/exchange", json!({ "code": back["code"] }))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(body["entity_id"], json!("00000000-0000-0000-0000-000000000001"), "{body}");
        server.end().await;
    }
}
