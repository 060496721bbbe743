//! The served description of the REST interface, held against what the real binary answers by an independent tester.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::server::on_both;

const TESTER: &str = "schemathesis==4.32.5";
/// What would end what the test itself stands on, never ends, or is no REST.
const LEFT_OUT: &str = "^/(auth/(logout|keys/rotate|signup)|oauth/revoke|access/v1/watch|graphql)$";

/// The tester, installed once for all tests.
fn tester() -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(TESTER.replace("==", "-"));
    let lock = std::fs::File::create(target.with_extension("lock")).expect("a lock file");
    lock.lock().expect("the lock");
    if !target.join("done").exists() {
        let run = |program: PathBuf, arguments: &[&str]| {
            let ran = Command::new(&program).args(arguments).output();
            let ran = ran.unwrap_or_else(|why| panic!("{} does not start: {why}", program.display()));
            let errors = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert!(ran.status.success(), "{} {arguments:?} failed: {errors}", program.display());
        };
        run("python3".into(), &["-m", "venv", "--clear", target.to_str().expect("a path")]);
        run(target.join("bin/pip"), &["install", "--quiet", TESTER]);
        std::fs::write(target.join("done"), "").expect("a note that all is there");
    }
    target.join("bin/schemathesis")
}

const ADMIN: &str = "00000000-0000-0000-0000-000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_what_the_description_says() {
    on_both(async |server| {
        let session = server.admin().await;
        let make = "mutation($s: ID!) { made: createAccessToken(input: { name: \"tester\", subjectId: $s, scoped: false, permissions: [] }) { token } }";
        let made = server.data(&session, make, json!({ "s": ADMIN })).await;
        let token = made["made"]["token"].as_str().expect("a token").to_owned();
        let mut tester = Command::new(tester());
        tester.current_dir(server.folder()).args(["run", &format!("http://{}/openapi.json", server.http())]);
        tester.args(["-H", &format!("Authorization: Bearer {token}"), "--exclude-path-regex", LEFT_OUT]);
        tester.args(["--checks", "not_a_server_error,response_schema_conformance,content_type_conformance"]);
        tester.args(["--phases", "examples,fuzzing", "--max-examples", "4", "--max-time", "45"]);
        tester.args(["--generation-database", "none", "--seed", "7", "--request-timeout", "10", "--no-color"]);
        let ran = tokio::task::spawn_blocking(move || tester.output()).await.expect("it ends");
        let ran = ran.expect("the tester starts");
        let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{shown}{}", String::from_utf8_lossy(&ran.stderr));
    })
    .await;
}
