//! The commands of `docs/custom-endpoints.md`, as they stand: only the address and the password are put in.

use std::process::Command;

use crate::server::{ADMIN_SECRET, on_both};

const PAGE: &str = include_str!("../../../../../docs/custom-endpoints.md");

/// The commands of every block, in order.
fn commands() -> String {
    let blocks = PAGE.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    blocks.map(|(block, _)| block).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_work_as_they_are_written() {
    on_both(async |server| {
        let script = commands()
            .replace("localhost:8080", &server.http().to_string())
            .replace("THE PASSWORD", ADMIN_SECRET);
        let ran = Command::new("bash").arg("-euo").arg("pipefail").arg("-c").arg(&script).output().unwrap();
        let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{shown}{}", String::from_utf8_lossy(&ran.stderr));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(
            lines.contains(&r#"{"name":"North","greeting":"welcome"}"#)
                || lines.contains(&r#"{"greeting":"welcome","name":"North"}"#),
            "{shown}"
        );
        assert!(lines.last().is_some_and(|line| line.contains("success")), "{shown}");
    })
    .await;
}
