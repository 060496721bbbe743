//! What the command line says, without a server.

use crate::server::{Engine, Ran, Setup, TestServer};

async fn nothing() -> TestServer {
    Setup::new(Engine::Sqlite).prepare().await
}

const COMMANDS: [&str; 24] = [
    "",
    "serve",
    "doctor",
    "migrate",
    "admin",
    "admin reset-password",
    "backup",
    "restore",
    "import",
    "import keycloak",
    "import csv",
    "export",
    "apply",
    "check",
    "ledger",
    "ledger verify",
    "ledger tail",
    "jobs",
    "jobs list-dead",
    "jobs redrive",
    "keys",
    "keys list",
    "keys rotate",
    "completions",
];

#[tokio::test]
async fn every_command_has_help() {
    let server = nothing().await;
    for command in COMMANDS {
        let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let ran = server.atoll(&words).ended_with(0);
        let usage = format!("Usage: atoll {command}");
        assert!(ran.out.contains(usage.trim_end()), "{command}: {}", ran.out);
        assert!(ran.out.contains("--config <FILE>"), "{command}: {}", ran.out);
        assert!(!ran.out.contains('\u{1b}'), "a pipe gets no colours");
    }
}

#[tokio::test]
async fn colours_follow_the_command_line() {
    let server = nothing().await;
    let painted = server.atoll(&["--color", "always", "--help"]).ended_with(0);
    assert!(painted.out.contains('\u{1b}'));
    let painted = server.atoll(&["--color=always", "doctor"]).ended_with(0);
    assert!(painted.out.contains('\u{1b}'));
}

#[tokio::test]
async fn the_version_says_which_stores_it_knows() {
    let server = nothing().await;
    let short = server.atoll(&["-V"]).ended_with(0);
    assert_eq!(short.out.trim(), concat!("atoll ", env!("CARGO_PKG_VERSION")));
    let long = server.atoll(&["--version"]).ended_with(0);
    assert!(long.out.contains("SQLite") && long.out.contains("PostgreSQL"), "{}", long.out);
}

#[tokio::test]
async fn all_wrong_settings_are_told_at_once_and_nothing_is_started() {
    let server = nothing().await;
    let ran = server
        .atoll(&["serve", "--set", "listen_adr=127.0.0.1:0", "--set", "min_password_chars=many"])
        .ended_with(2);
    assert!(ran.err.starts_with("error: there are 2 problems"), "{}", ran.err);
    assert!(ran.err.contains("did you mean listen_addr?"), "{}", ran.err);
    assert!(ran.err.contains("min_password_chars"), "{}", ran.err);
    assert!(!server.data_dir().exists());
}

#[tokio::test]
async fn wrong_usage_ends_with_2() {
    let server = nothing().await;
    for arguments in [
        &["dance"][..],
        &["check", "alice", "read"],
        &["check", "alice", "read", "chair:1"],
        &["check", "alice", "read", "platform", "--context", "[]"],
        &["jobs", "redrive", "7"],
    ] {
        let ran = server.atoll(arguments).ended_with(2);
        assert!(ran.err.contains("error:"), "{arguments:?}: {}", ran.err);
    }
}

#[tokio::test]
async fn commands_that_need_a_store_make_none() {
    let server = nothing().await;
    for arguments in [
        &["backup", "b"][..],
        &["check", "admin", "read", "platform"],
        &["ledger", "verify"],
        &["ledger", "tail"],
        &["jobs", "list-dead"],
        &["admin", "reset-password"],
        &["migrate", "--check"],
    ] {
        let ran = server.atoll(arguments).ended_with(1);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("there is no store yet"), "{arguments:?}: {said}");
    }
    assert!(!server.data_dir().exists());
    assert!(!server.folder().join("b").exists());
}

#[tokio::test]
async fn a_file_of_settings_that_is_not_there_is_an_error() {
    let ran = nothing().await.atoll(&["doctor", "--config", "nowhere.toml"]).ended_with(2);
    assert!(ran.err.contains("nowhere.toml"), "{}", ran.err);
}

#[tokio::test]
async fn shells_get_completions() {
    let server = nothing().await;
    for shell in ["bash", "zsh", "fish"] {
        let ran = server.atoll(&["completions", shell]).ended_with(0);
        assert!(ran.out.contains("reset-password"), "{shell}");
    }
}

#[tokio::test]
async fn generated_files_go_to_the_working_directory() {
    let server = nothing().await;
    server.atoll(&["generate"]).ended_with(0);
    for name in [
        "schema.graphql",
        "docs/settings.md",
        ".env.example",
        "docs/grpc.md",
        "docs/cli.md",
        "docs/openapi.json",
    ] {
        let content = std::fs::read_to_string(server.folder().join(name)).unwrap_or_default();
        assert!(content.lines().count() > 10, "{name}: {content}");
    }
    // What it wrote is fit to be used as it is.
    std::fs::rename(server.folder().join(".env.example"), server.folder().join(".env")).unwrap();
    server.atoll(&["doctor"]).ended_with(0);
}

#[tokio::test]
async fn whoever_stops_reading_causes_no_failure() {
    let server = nothing().await;
    let mut piped = server.command();
    piped.args(["completions", "zsh"]).stdout(std::process::Stdio::piped());
    let mut child = piped.spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn migrations_can_be_looked_at_and_applied() {
    let server = nothing().await;
    server.atoll(&["migrate"]).ended_with(0);
    let ran: Ran = server.atoll(&["migrate", "--check"]).ended_with(0);
    assert!(ran.out.contains("up to date"), "{}", ran.out);
    let again = server.atoll(&["migrate"]).ended_with(0);
    assert!(again.out.contains("is up to date"), "{}", again.out);
}
