//! A running server keeps what it is asked, by whatever door, and puts it to drafts in shadow.

use std::time::Duration;

use atoll_server::grpc::atom::CheckRequest;
use atoll_server::grpc::atom::authz_service_client::AuthzServiceClient;
use serde_json::{Value, json};
use tonic::Request;

use crate::server::{Setup, TestServer, engines};

const CHECK: &str = "mutation($i: AuthzCheckInput!) { authzCheck(input: $i) { allowed } }";
const BULK: &str = "mutation($i: [AuthzCheckInput!]!) { authzBulkCheck(input: $i) { allowed } }";
const LOG: &str = "query($a: String) { log: decisionLog(action: $a) { total items { door allowed } } }";
const DRAFT: &str = "mutation($t: ID, $i: DraftInput!) { made: createDraft(tenantId: $t, input: $i) { id } }";
const SHADOW: &str = "mutation($id: ID!) { shadowDraft(id: $id, on: true) { shadow } }";
const REPORT: &str =
    "query($id: ID!) { report: draftReport(id: $id) { asked differing missed items { count } } }";

async fn made(server: &TestServer, token: &str, call: &str) -> String {
    let data = server.data(token, &format!("mutation {{ made: {call} {{ id }} }}"), json!({})).await;
    data["made"]["id"].as_str().expect("an id").to_owned()
}

/// Asks again until the answer is the expected one.
async fn until(
    server: &TestServer,
    token: &str,
    query: &str,
    variables: Value,
    is: impl Fn(&Value) -> bool,
) -> Value {
    let mut answer = Value::Null;
    for _ in 0..200 {
        answer = server.data(token, query, variables.clone()).await;
        if is(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within ten seconds: {answer}");
}

async fn over_grpc(server: &TestServer, token: &str, subject: &str, action: &str, resource: &str) {
    let address = format!("http://{}", server.grpc());
    let mut client = AuthzServiceClient::connect(address).await.expect("gRPC is served");
    let asked = CheckRequest {
        subject_id: subject.into(),
        action: action.into(),
        resource_id: resource.into(),
        ..CheckRequest::default()
    };
    let mut request = Request::new(asked);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    client.check(request).await.expect("an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_at_any_door_is_recorded_and_put_to_drafts() {
    for engine in engines() {
        let setup = Setup::new(engine).set("decision_log_sample", 1).set("decision_log_sample_denied", 1);
        let server = setup.start().await;
        let admin = server.admin().await;
        let tenant = made(&server, &admin, "createTenant(input: { name: \"plant\" })").await;
        let ann = made(
            &server,
            &admin,
            &format!("createEntity(input: {{ kind: human, name: \"ann\", tenantId: \"{tenant}\" }})"),
        )
        .await;
        let pump = made(
            &server,
            &admin,
            &format!("createResource(input: {{ kind: \"rule\", name: \"pump\", tenantId: \"{tenant}\" }})"),
        )
        .await;
        let read = atoll_policy::catalogue::id("read").expect("a seeded action");
        let block = json!({ "tenantId": tenant, "scopeMode": "tenant", "actionIds": [read] });
        let input = json!({ "name": "try", "add": [{ "subjectId": ann, "permissionBlock": block }] });
        let draft = server.data(&admin, DRAFT, json!({ "t": tenant, "i": input })).await["made"]["id"].take();
        server.data(&admin, SHADOW, json!({ "id": draft })).await;
        // The server notices by itself, within tenths of a second.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let question = json!({ "subjectId": ann, "action": "read", "resourceId": pump });
        server.data(&admin, CHECK, json!({ "i": question })).await;
        server.data(&admin, BULK, json!({ "i": [question, question] })).await;
        over_grpc(&server, &admin, &ann, "read", &pump).await;
        let evaluation = json!({ "subject": { "type": "user", "id": ann }, "action": { "name": "read" },
            "resource": { "type": "rule", "id": pump } });
        let answer = server.post(&admin, "/access/v1/evaluation", evaluation).await;
        assert_eq!(answer.status(), 200);
        let log = until(&server, &admin, LOG, json!({ "a": "read" }), |log| log["log"]["total"] == 5).await;
        let doors: Vec<&str> =
            log["log"]["items"].as_array().unwrap().iter().filter_map(|item| item["door"].as_str()).collect();
        for (door, times) in [("graphql", 3), ("grpc", 1), ("authzen", 1)] {
            assert_eq!(doors.iter().filter(|one| **one == door).count(), times, "{door} in {doors:?}");
        }
        let is = |report: &Value| report["report"]["asked"] == 5;
        let report = until(&server, &admin, REPORT, json!({ "id": draft }), is).await;
        let told = &report["report"];
        assert_eq!(
            (&told["differing"], &told["missed"], &told["items"][0]["count"]),
            (&json!(5), &json!(0), &json!(5))
        );
        let figures = server.get(&admin, "/metrics").await.text().await.unwrap();
        for name in ["atom_decision_log_lost_total 0", "atom_shadow_lost_total 0"] {
            assert!(figures.contains(name), "{name} in {figures}");
        }
        server.end().await;
    }
}
