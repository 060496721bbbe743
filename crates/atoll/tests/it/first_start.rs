//! The very first start: a password that is shown once, and files that are nobody else's business.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::server::{Engine, NOBODY, Setup, TestServer, engines};

/// The password in the box.
fn shown(stdout: &str) -> Vec<&str> {
    let words = stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    words
        .filter(|words| words.get(1) == Some(&"password"))
        .filter_map(|words| words.get(2).copied())
        .collect()
}

#[tokio::test]
async fn the_first_password_is_shown_once_and_opens_the_door() {
    for engine in engines() {
        let mut server = Setup::new(engine).first_password().start().await;
        let stdout = server.stdout();
        let passwords = shown(&stdout);
        let [password] = passwords[..] else { panic!("no password in {stdout}") };
        assert!(password.len() >= 16, "{password}");
        server.login("admin", password).await;
        let refused = server.try_login("admin", "not the password").await;
        assert_eq!(refused.status(), 401);

        assert!(server.stop().await.success());
        server.restart().await;
        assert_eq!(shown(&server.stdout()).len(), 1, "{}", server.stdout());
        server.login("admin", password).await;
        assert!(!server.stderr().contains(password), "the log has it");
        server.end().await;
    }
}

#[tokio::test]
async fn a_password_of_the_settings_is_not_shown() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.admin().await;
    assert!(shown(&server.stdout()).is_empty());
    assert!(!server.stdout().contains(crate::server::ADMIN_SECRET));
    server.end().await;
}

#[tokio::test]
async fn the_banner_says_where_to_go() {
    let server = TestServer::start(Engine::Sqlite).await;
    let stdout = server.stdout();
    assert!(stdout.contains(&format!("http://localhost:{}", server.http().port())), "{stdout}");
    assert!(stdout.contains(&format!("localhost:{}", server.grpc().port())), "{stdout}");
    assert!(stdout.contains("data"), "{stdout}");
    let live = server.get(NOBODY, "/health/live").await;
    assert_eq!(live.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn a_quiet_start_shows_the_password_and_nothing_else() {
    let server = Setup::new(Engine::Sqlite).first_password().prepare().await;
    let mut child = server.command();
    child.args(["--quiet", "serve", "--ready-file", "ready.json"]);
    let mut child =
        child.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let ready = server.folder().join("ready.json");
    while !ready.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let content: Value = serde_json::from_str(&std::fs::read_to_string(&ready).unwrap()).unwrap();
    assert_eq!(content["pid"], child.id());
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(shown(&stdout).len(), 1, "{stdout}");
    assert!(!stdout.contains("is ready"), "{stdout}");
}

#[tokio::test]
async fn files_are_readable_by_their_owner_only() {
    let server = TestServer::start(Engine::Sqlite).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&server.data_dir()), 0o700);
    let mut names = Vec::new();
    for file in std::fs::read_dir(server.data_dir()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    for expected in ["atoll.db", "deployment.key", "atoll.lock"] {
        assert!(names.iter().any(|name| name == expected), "{expected} is not among {names:?}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_first_password_that_is_too_short_is_named_by_its_setting() {
    let server = Setup::new(Engine::Sqlite).env("ATOLL_ADMIN_SECRET", "short").prepare().await;
    let ran = server.atoll(&["serve"]).ended_with(1);
    assert!(
        ran.err.contains("admin_secret cannot be used: password must be at least 12 characters"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("short\n"));
}
