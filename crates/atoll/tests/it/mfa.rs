//! The guide to second factors, as it stands: only the address and the password are put in.

use std::process::Command;

use crate::server::{ADMIN_SECRET, Engine, TestServer};

const GUIDE: &str = include_str!("../../../../docs/mfa.md");

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_works_as_it_is_written() {
    let marker = "<!-- second factor: a test runs these commands as they stand -->\n```sh\n";
    let (_, block) = GUIDE.split_once(marker).expect("the block");
    let (commands, _) = block.split_once("\n```").expect("its end");
    // Half a minute passes in it, so that one engine is enough.
    let server = TestServer::start(Engine::Sqlite).await;
    let script =
        commands.replace("localhost:8080", &server.http().to_string()).replace("YOUR PASSWORD", ADMIN_SECRET);
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(server.folder())
        .output()
        .expect("bash runs");
    let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{shown}{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(shown.trim(), "10");
    let codes = std::fs::read_to_string(server.folder().join("recovery-codes.txt")).expect("the codes");
    assert_eq!(codes.lines().count(), 10);
    server.end().await;
}
