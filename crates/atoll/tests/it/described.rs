//! The served description of the REST interface, held against what the real binary answers by an independent tester.

use std::process::Command;

use serde_json::json;

use crate::installed;
use crate::ran::Ran;
use crate::server::on_both;

const TESTER: &str = "schemathesis==4.32.5";
/// What would end what the test itself stands on, never ends, or is no REST.
const LEFT_OUT: &str =
    "^/(auth/(logout|keys/rotate|signup)|oauth/revoke|access/v1/watch|certs/ocsp|graphql)$";

const ADMIN: &str = "00000000-0000-0000-0000-000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_what_the_description_says() {
    on_both(async |server| {
        let session = server.admin().await;
        let make = "mutation($s: ID!) { made: createAccessToken(input: { name: \"tester\", subjectId: $s, scoped: false, permissions: [] }) { token } }";
        let made = server.data(&session, make, json!({ "s": ADMIN })).await;
        let token = made["made"]["token"].as_str().expect("a token").to_owned();
        let mut tester = Command::new(installed::python(&[TESTER]).join("bin/schemathesis"));
        tester.current_dir(server.folder()).args(["run", &format!("http://{}/openapi.json", server.http())]);
        tester.args(["-H", &format!("Authorization: Bearer {token}"), "--exclude-path-regex", LEFT_OUT]);
        tester.args(["--checks", "not_a_server_error,response_schema_conformance,content_type_conformance"]);
        tester.args(["--phases", "examples,fuzzing", "--max-examples", "4", "--max-time", "45"]);
        tester.args(["--generation-database", "none", "--seed", "7", "--request-timeout", "10", "--no-color"]);
        let ran = tokio::task::spawn_blocking(move || Ran::of(&mut tester)).await.expect("it ends");
        ran.ended_with(0);
    })
    .await;
}
