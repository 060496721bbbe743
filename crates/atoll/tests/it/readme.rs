//! The README's quick start, as it stands: only the address and the password are put in.

use std::process::Command;

use crate::server::{ADMIN_SECRET, on_both};

const README: &str = include_str!("../../../../README.md");

/// The commands after the marker, up to the end of their block.
fn quick_start() -> String {
    let (_, rest) =
        README.split_once("<!-- quick start: a test runs these commands as they stand -->").unwrap();
    let (_, block) = rest.split_once("```sh\n").unwrap();
    block.split_once("\n```").unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_start_works_as_it_is_written() {
    let commands = quick_start();
    assert!(commands.lines().count() < 10, "with `cargo run` at most ten commands");
    on_both(async |server| {
        let script = commands
            .replace("localhost:8080", &server.http().to_string())
            .replace("THE PASSWORD IT PRINTED", ADMIN_SECRET);
        let ran = Command::new("bash").arg("-euo").arg("pipefail").arg("-c").arg(&script).output().unwrap();
        let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{shown}{}", String::from_utf8_lossy(&ran.stderr));
        let last = shown.lines().last().unwrap_or_default();
        assert_eq!(last, r#"{"authzCheck":{"allowed":true,"reason":"allowed"}}"#);
    })
    .await;
}
