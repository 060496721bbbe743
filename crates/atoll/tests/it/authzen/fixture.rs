//! The people and records of the certification scenario, made through the interface as an operator would.

use reqwest::Response;
use serde_json::{Value, json};

use crate::server::{Setup, TestServer, engines};

/// What the server is told that its address is.
pub(super) const PUBLIC: &str = "https://pdp.example.com";

const BLOCK: &str =
    "mutation($i: CreatePermissionBlockInput!) { made: createPermissionBlock(input: $i) { id } }";
const POLICY: &str = "mutation($i: CreateDirectPolicyInput!) { made: createDirectPolicy(input: $i) { id } }";
const ENTITY: &str = "mutation($i: CreateEntityInput!) { made: createEntity(input: $i) { id } }";
const RESOURCE: &str = "mutation($i: CreateResourceInput!) { made: createResource(input: $i) { id } }";
const TENANT: &str = "mutation($i: CreateTenantInput!) { made: createTenant(input: $i) { id } }";

/// A server that knows its public address, on each engine.
pub(super) async fn on_both(test: impl AsyncFn(&TestServer, &str)) {
    for engine in engines() {
        let server = Setup::new(engine).set("public_base_url", PUBLIC).start().await;
        let admin = server.admin().await;
        test(&server, &admin).await;
        assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
        server.end().await;
    }
}

/// The scenario's data in one place: a tenant, or outside all.
pub(super) struct Fixture {
    pub(super) tenant: Value,
    pub(super) alice: String,
    pub(super) bob: String,
    pub(super) record_1: String,
}

/// Makes something; its id.
pub(super) async fn made(server: &TestServer, admin: &str, mutation: &str, input: Value) -> String {
    let data = server.data(admin, mutation, json!({ "i": input })).await;
    data["made"]["id"].as_str().expect("an id").to_owned()
}

/// The id of a seeded action.
fn action(name: &str) -> String {
    atoll_policy::catalogue::id(name).expect("a seeded action").to_string()
}

impl Fixture {
    /// In a new tenant.
    pub(super) async fn in_tenant(server: &TestServer, admin: &str, name: &str) -> Fixture {
        let route = format!("{name}.example");
        let tenant =
            made(server, admin, TENANT, json!({ "name": name, "alias": name, "route": route })).await;
        Fixture::lay(server, admin, json!(tenant)).await
    }

    /// In a tenant, or with null outside all.
    pub(super) async fn lay(server: &TestServer, admin: &str, tenant: Value) -> Fixture {
        let person = async |alias: &str| {
            let input = json!({ "kind": "human", "name": alias, "alias": alias, "tenantId": tenant });
            made(server, admin, ENTITY, input).await
        };
        let (alice, bob) = (person("alice").await, person("bob").await);
        let record = async |alias: &str, status: &str| {
            let input = json!({ "kind": "record", "alias": alias, "tenantId": tenant,
                "attributes": { "status": status } });
            made(server, admin, RESOURCE, input).await
        };
        let record_1 = record("record-1", "active").await;
        record("record-2", "archived").await;
        let give = async |who: &str, what: &str, effect: &str, conditions: Value| {
            let block = json!({ "tenantId": tenant, "scopeMode": "object_type", "objectKind": "resource",
                "objectType": "record", "effect": effect, "conditions": conditions, "actionIds": [action(what)] });
            let block = made(server, admin, BLOCK, block).await;
            let policy = json!({ "tenantId": tenant, "subjectKind": "entity", "subjectId": who,
                "permissionBlockId": block });
            made(server, admin, POLICY, policy).await;
        };
        give(&alice, "read", "allow", json!({})).await;
        give(&bob, "read", "allow", json!({})).await;
        give(&alice, "write", "allow", json!({ "resource.attributes.status": "active" })).await;
        // What the request says about a record counts against Alice as much as what is stored of it.
        let said = json!({ "context": { "contains": { "resource": { "status": "archived" } } } });
        give(&alice, "write", "deny", said).await;
        let admin_of_archives =
            json!({ "context.subject.role": "admin", "resource.attributes.status": "archived" });
        give(&bob, "write", "allow", admin_of_archives).await;
        give(&alice, "delete", "allow", json!({ "context.action.soft": true })).await;
        Fixture { tenant, alice, bob, record_1 }
    }

    /// A service of the tenant that may check in it; its token.
    pub(super) async fn enforcer(&self, server: &TestServer, admin: &str) -> String {
        let service = json!({ "kind": "service", "name": "gateway", "tenantId": self.tenant });
        let service = made(server, admin, ENTITY, service).await;
        let block =
            json!({ "tenantId": self.tenant, "scopeMode": "tenant", "actionIds": [action("authz.check")] });
        let block = made(server, admin, BLOCK, block).await;
        let policy = json!({ "tenantId": self.tenant, "subjectKind": "entity", "subjectId": service,
            "permissionBlockId": block });
        made(server, admin, POLICY, policy).await;
        self.token(server, admin, &service).await
    }

    /// A token of an entity.
    pub(super) async fn token(&self, server: &TestServer, admin: &str, entity: &str) -> String {
        let made = "mutation($id: ID!) { made: createApiKey(entityId: $id, input: {}) { key } }";
        let data = server.data(admin, made, json!({ "id": entity })).await;
        data["made"]["key"].as_str().expect("a key").to_owned()
    }
}

/// The status and the body of an answer, which must be JSON.
pub(super) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    assert_eq!(kind.as_deref(), Some("application/json"), "{status}");
    (status, response.json().await.expect("an answer in JSON"))
}
