//! Endpoints, tokens and calls.

use reqwest::Method;
use serde_json::{Value, json};

use crate::server::TestServer;

pub(super) const CREATE: &str =
    "mutation($i: CreateApiEndpointInput!) { made: createApiEndpoint(input: $i) { id } }";

impl TestServer {
    /// An active endpoint; its id.
    pub(super) async fn endpoint(&self, admin: &str, input: Value) -> String {
        let mut whole = json!({
            "name": "x", "method": "POST", "operationKind": "query", "graphql": "{ health }", "status": "active",
        });
        for (field, value) in input.as_object().unwrap() {
            whole[field] = value.clone();
        }
        let key = whole["key"].as_str().unwrap().to_owned();
        if whole.get("path").is_none() {
            whole["path"] = json!(format!("/api/custom/{key}"));
        }
        let made = self.data(admin, CREATE, json!({ "i": whole })).await;
        made["made"]["id"].as_str().unwrap().to_owned()
    }

    /// Something made by a mutation; its id.
    pub(super) async fn thing(&self, admin: &str, operation: &str, kind: &str, input: Value) -> String {
        let mutation = format!("mutation($i: {kind}!) {{ made: {operation}(input: $i) {{ id }} }}");
        let made = self.data(admin, &mutation, json!({ "i": input })).await;
        made["made"]["id"].as_str().unwrap().to_owned()
    }

    /// An entity and a token that may be used for all that it may do.
    pub(super) async fn with_token(&self, admin: &str, input: Value) -> (String, String) {
        let id = self.thing(admin, "createEntity", "CreateEntityInput", input).await;
        let token = "mutation($id: ID!) { made: createAccessToken(input: { name: \"x\", scoped: false, permissions: [], subjectId: $id }) { token } }";
        let made = self.data(admin, token, json!({ "id": id })).await;
        (id, made["made"]["token"].as_str().unwrap().to_owned())
    }

    /// Gives actions over a scope to an entity.
    pub(super) async fn grant(
        &self,
        admin: &str,
        entity: &str,
        tenant: Option<&str>,
        mut scope: Value,
        actions: &[&str],
    ) {
        let known = "query { actions(limit: 100) { items { id name } } }";
        let known = self.data(admin, known, json!({})).await["actions"]["items"].take();
        let ids: Vec<&Value> = known
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| actions.contains(&one["name"].as_str().unwrap()))
            .map(|one| &one["id"])
            .collect();
        scope["actionIds"] = json!(ids);
        scope["tenantId"] = json!(tenant);
        let block = self.thing(admin, "createPermissionBlock", "CreatePermissionBlockInput", scope).await;
        let policy = json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": entity, "permissionBlockId": block });
        self.thing(admin, "createDirectPolicy", "CreateDirectPolicyInput", policy).await;
    }

    /// Calls an endpoint; status and answer.
    pub(super) async fn call(&self, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method, token, path);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.expect("the server answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    /// What is kept of the calls of an endpoint, newest first.
    pub(super) async fn calls(&self, admin: &str, endpoint: &str) -> Vec<Value> {
        let query = "query($id: ID!) { apiEndpointExecutions(endpointId: $id, limit: 100) { items {
            callerEntityId status requestSummary responseSummary error } } }";
        let found = self.data(admin, query, json!({ "id": endpoint })).await;
        found["apiEndpointExecutions"]["items"].as_array().unwrap().clone()
    }
}

/// The error of an answer.
pub(super) fn error(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}
