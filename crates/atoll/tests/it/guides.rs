//! The commands of the README and of the guides are run as they stand; only addresses and the first password are put in.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::ran::Ran;
use crate::server::{ADMIN_SECRET, Engine, Setup, TestServer, engines, on_both};

/// Before a block of commands.
const RUN: &str = "<!-- a test runs these commands as they stand -->";
/// Before a block with the last line that the commands before it print.
const ANSWER: &str = "<!-- and compares their last line with this -->";
/// Printed between two blocks.
const NEXT: &str = "-- next block --";

/// Commands of a guide, and the last line they print, where the guide says it.
struct Step {
    commands: String,
    answer: Option<String>,
}

fn steps(guide: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let kind = line.trim();
        if kind != RUN && kind != ANSWER {
            continue;
        }
        let fence = lines.next().unwrap_or_default();
        assert!(fence.starts_with("```"), "a block follows the marker, not {fence:?}");
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        match kind {
            RUN => steps.push(Step { commands: block.join("\n"), answer: None }),
            _ => steps.last_mut().expect("commands come first").answer = Some(block.join("\n")),
        }
    }
    assert!(!steps.is_empty(), "a guide has commands");
    steps
}

/// `atoll` on the path, with the settings of the server under test.
fn on_path(server: &TestServer) -> std::path::PathBuf {
    let folder = server.folder().join("bin");
    fs::create_dir_all(&folder).expect("a folder");
    let command = server.command();
    let quoted = |part: &std::ffi::OsStr| format!("'{}'", part.to_string_lossy().replace('\'', r"'\''"));
    let arguments: Vec<String> = command.get_args().map(quoted).collect();
    let script =
        format!("#!/bin/sh\nexec {} {} \"$@\"\n", quoted(command.get_program()), arguments.join(" "));
    let path = folder.join("atoll");
    fs::write(&path, script).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    folder
}

/// Runs commands as somebody beside the server would: in its folder, with `atoll` on the path.
pub fn run(server: &TestServer, commands: &str, environment: &[(&str, &str)]) -> Ran {
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", commands]).current_dir(server.folder());
    for (name, value) in server.command().get_envs() {
        match value {
            Some(value) => bash.env(name, value),
            None => bash.env_remove(name),
        };
    }
    let old = std::env::var_os("PATH").unwrap_or_default();
    let mut path = vec![on_path(server)];
    path.extend(std::env::split_paths(&old));
    bash.env("PATH", std::env::join_paths(path).expect("a path"));
    Ran::of(bash.envs(environment.iter().copied())).ended_with(0)
}

/// Follows a page of `docs/` from its beginning to its end.
pub fn follow(server: &TestServer, page: &str, environment: &[(&str, &str)]) {
    follow_steps(server, &steps(&read(page)), environment);
}

fn follow_steps(server: &TestServer, steps: &[Step], environment: &[(&str, &str)]) {
    let script: String =
        steps.iter().map(|step| format!("{}\necho '{NEXT}'\n", step.commands)).collect::<String>();
    let script = script
        .replace("localhost:8080", &server.http().to_string())
        .replace("localhost:8081", &server.grpc().to_string())
        .replace("THE PASSWORD IT PRINTED", ADMIN_SECRET);
    let ran = run(server, &script, environment);
    for (step, output) in steps.iter().zip(ran.out.split(NEXT)) {
        let last = output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if let Some(answer) = &step.answer {
            assert_eq!(last, answer, "after\n{}\n{output}{}", step.commands, ran.err);
        }
    }
}

/// Makes the certificate authority of the guide for a server that was not started yet: the first step there.
pub fn make_authority(server: &TestServer) {
    let steps = steps(&read("certificates.md"));
    run(server, &steps[0].commands, &[]);
}

fn read(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Follows a page on a new server of each engine.
async fn works(page: &str) {
    on_both(async |server| follow(server, page, &[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_start_works_as_it_is_written() {
    let commands: usize = steps(&read("../README.md")).iter().map(|step| step.commands.lines().count()).sum();
    assert!(commands < 10, "with `cargo run` at most ten commands");
    works("../README.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_tenant_works_as_it_is_written() {
    works("first-tenant.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operating_works_as_it_is_written() {
    works("operating.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_work_as_they_are_written() {
    works("devices.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_work_as_they_are_written() {
    for engine in engines() {
        let mut server = Setup::new(engine).prepare().await;
        make_authority(&server);
        server.restart().await;
        follow_steps(&server, &steps(&read("certificates.md"))[1..], &[]);
        server.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_work_as_they_are_written() {
    works("tokens.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_endpoints_work_as_they_are_written() {
    works("custom-endpoints.md").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_factors_work_as_they_are_written() {
    // Half a minute passes in it, so that one engine is enough.
    let server = TestServer::start(Engine::Sqlite).await;
    follow(&server, "mfa.md", &[]);
    let codes = fs::read_to_string(server.folder().join("recovery-codes.txt")).expect("the codes");
    assert_eq!(codes.lines().count(), 10);
    server.end().await;
}

/// Names of figures in a text, without what a kind of figure adds to them.
fn figures(text: &str) -> std::collections::BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let plain = |word: &str| {
        let ends = ["_bucket", "_count", "_total"];
        ends.iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word).to_owned()
    };
    words.filter(|word| word.starts_with("atom_") && word.len() > 8).map(plain).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_and_the_guide_show_figures_that_there_are() {
    on_both(async |server| {
        let token = server.admin().await;
        let page = server.get(&token, "/metrics").await.text().await.expect("figures");
        let there = figures(&page);
        let told =
            [include_str!("../../../../deploy/grafana.json"), include_str!("../../../../docs/operating.md")];
        for name in told.iter().flat_map(|text| figures(text)) {
            assert!(there.contains(&name), "{name} is not at /metrics: {there:?}");
        }
    })
    .await;
}
