//! Custom endpoints: who defines them, who may call them, and as whom they act. How they are called is tried over HTTP.

use std::time::Duration;

use atoll_base::settings::Settings;
use atoll_identity::endpoints::executions::{self, Summary};
use atoll_identity::endpoints::{self, EXECUTE, acting};
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::giving::{action, tables_agree};
use crate::harness::{ADMIN, Plant, on_both, on_both_with};

const CREATE: &str = "mutation($i: CreateApiEndpointInput!) { made: createApiEndpoint(input: $i) {
    id tenantId key name description method path operationKind graphql authMode serviceEntityId
    servicePermissions { actions scopeMode tenantId } variablesMapping requestSchema responseMapping status
    createdBy updatedBy createdAt updatedAt } }";
const UPDATE: &str =
    "mutation($id: ID!, $i: UpdateApiEndpointInput!) { made: updateApiEndpoint(id: $id, input: $i)
    { id key path status description updatedBy updatedAt serviceEntityId } }";
const ENABLE: &str = "mutation($id: ID!) { made: enableApiEndpoint(id: $id) { id status } }";
const DISABLE: &str = "mutation($id: ID!) { made: disableApiEndpoint(id: $id) { id status } }";
const LIST: &str =
    "query($t: ID, $s: String) { found: apiEndpoints(tenantId: $t, status: $s) { total items { key } } }";
const CALLS: &str = "query($id: ID!) { found: apiEndpointExecutions(endpointId: $id) { total items {
    endpointId callerEntityId status requestSummary responseSummary error } } }";

fn health(key: &str) -> Value {
    json!({
        "key": key, "name": "Health", "method": "get", "path": format!("/api/custom/{key}"),
        "operationKind": "query", "graphql": "{ health }",
    })
}

fn with(key: &str, change: Value) -> Value {
    let mut input = health(key);
    for (field, value) in change.as_object().unwrap() {
        input[field] = value.clone();
    }
    json!({ "i": input })
}

impl Plant {
    async fn endpoint(&self, key: &str, change: Value) -> Uuid {
        self.made(&self.admin(), CREATE, with(key, change)).await
    }

    async fn load(&self, id: Uuid) -> endpoints::Endpoint {
        endpoints::find(&self.admin(), id).await.expect("an endpoint")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_defines_endpoints() {
    on_both(async |plant| {
        let admin = plant.admin();
        let made = plant.data(&admin, CREATE, json!({ "i": health("a") })).await["made"].take();
        for (field, value) in [
            ("method", json!("GET")),
            ("status", json!("draft")),
            ("authMode", json!("caller_context")),
            ("variablesMapping", json!({})),
            ("requestSchema", json!({})),
            ("responseMapping", json!({})),
            ("servicePermissions", json!([])),
            ("createdBy", json!(ADMIN)),
            ("updatedAt", Value::Null),
            ("tenantId", Value::Null),
        ] {
            assert_eq!(made[field], value, "{field}");
        }
        let id = made["id"].clone();
        assert_eq!(plant.data(&admin, ENABLE, json!({ "id": id })).await["made"]["status"], "active");
        let taken = "api endpoint key or active method/path already exists";
        assert_eq!(plant.refusal(&admin, CREATE, json!({ "i": health("a") })).await, taken);
        let route = with("b", json!({ "path": "/api/custom/a", "status": "active" }));
        assert_eq!(plant.refusal(&admin, CREATE, route).await, taken);
        let draft = with("b", json!({ "path": "/api/custom/a", "description": "d" }));
        let second = plant.made(&admin, CREATE, draft).await;
        assert_eq!(plant.refusal(&admin, ENABLE, json!({ "id": second })).await, taken);
        plant.data(&admin, DISABLE, json!({ "id": id })).await;
        plant.data(&admin, ENABLE, json!({ "id": second })).await;
        // The same key in a tenant is another one.
        let tenant = plant.tenant("plant-a").await;
        plant.endpoint("a", json!({ "tenantId": tenant, "path": "/api/custom/t" })).await;
        let keys = plant.data(&admin, LIST, json!({})).await["found"].take();
        assert_eq!(keys, json!({ "total": 3, "items": [{ "key": "a" }, { "key": "b" }, { "key": "a" }] }));
        assert_eq!(plant.data(&admin, LIST, json!({ "t": tenant })).await["found"]["total"], 1);
        assert_eq!(plant.data(&admin, LIST, json!({ "s": "active" })).await["found"]["total"], 1);
        let changed = json!({ "id": second, "i": { "description": "", "key": "c" } });
        let changed = plant.data(&admin, UPDATE, changed).await["made"].take();
        assert_eq!(
            (&changed["description"], &changed["key"], &changed["updatedBy"]),
            (&Value::Null, &json!("c"), &json!(ADMIN))
        );
        let gone = Uuid::from_u128(404);
        assert_eq!(
            plant.refusal(&admin, ENABLE, json!({ "id": gone })).await,
            format!("api endpoint {gone} not found")
        );
        let boss = plant.tenant_admin("boss", tenant).await;
        for refused in [
            plant.refusal(&boss, CREATE, with("x", json!({ "tenantId": tenant }))).await,
            plant.refusal(&boss, ENABLE, json!({ "id": gone })).await,
            plant.refusal(&boss, LIST, json!({ "t": tenant })).await,
        ] {
            assert_eq!(refused, "forbidden");
        }
        tables_agree(&plant).await;
        let told = plant.remembered("api_endpoint").await;
        assert!(
            told.contains(&"api_endpoint.enable".to_owned())
                && told.contains(&"api_endpoint.update".to_owned())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_that_does_not_hold_is_refused() {
    on_both(async |plant| {
        let admin = plant.admin();
        for (change, text) in [
            (json!({ "method": "HEAD" }), "unsupported api endpoint method"),
            (json!({ "path": "/graphql" }), "api endpoint path must start with /api/custom/"),
            (json!({ "path": "/api/custom/a/../b" }), "api endpoint path is invalid"),
            (json!({ "operationKind": "any" }), "unsupported api endpoint operationKind"),
            (
                json!({ "operationKind": "mutation" }),
                "api endpoint operationKind is mutation, but its graphql is a query",
            ),
            (
                json!({ "graphql": "{ a: __schema { types { name } } }" }),
                "api endpoints cannot run GraphQL introspection",
            ),
            (
                json!({ "graphql": "{ ...f } fragment f on QueryRoot { __type(name: \"X\") { name } }" }),
                "api endpoints cannot run GraphQL introspection",
            ),
            (
                json!({ "graphql": "mutation { createClient { id } }" }),
                "api endpoints must use generic Atom GraphQL operations; found createClient",
            ),
            (json!({ "authMode": "root" }), "unsupported api endpoint authMode"),
            (json!({ "authMode": "service_context" }), "service_context endpoints require serviceEntityId"),
            (json!({ "status": "on" }), "unsupported api endpoint status"),
            (json!({ "variablesMapping": [] }), "variables_mapping must be a JSON object"),
            (json!({ "requestSchema": 1 }), "request_schema must be a JSON object"),
            (json!({ "responseMapping": "x" }), "response_mapping must be a JSON object"),
            (
                json!({ "variablesMapping": { "x": "$headers.Authorization" } }),
                "unsupported variablesMapping source $headers.Authorization",
            ),
            (json!({ "name": " " }), "name is required"),
        ] {
            assert_eq!(plant.refusal(&admin, CREATE, with("x", change.clone())).await, text, "{change}");
        }
        for graphql in
            ["{", "query A { health } query B { health }", &format!("{{ {} }}", "health ".repeat(1001))]
        {
            let refused = plant.refusal(&admin, CREATE, with("x", json!({ "graphql": graphql }))).await;
            assert!(refused.starts_with("api endpoint graphql is invalid: "), "{refused}");
        }
        let remote = json!({ "requestSchema": { "$ref": "https://example.com/" } });
        assert!(
            plant.refusal(&admin, CREATE, with("x", remote)).await.starts_with("invalid requestSchema: ")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_can_be_granted_by_itself() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let one = plant.endpoint("one", json!({ "tenantId": tenant })).await;
        let two = plant.endpoint("two", json!({ "tenantId": tenant })).await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let over = |id: Uuid, name: &str| {
            json!({ "i": { "tenantId": tenant, "scopeMode": "object", "objectKind": "api_endpoint", "objectId": id, "actionIds": [action(name)] } })
        };
        let other = plant.refusal(&plant.admin(), crate::giving::BLOCK, over(one, "publish")).await;
        assert_eq!(other, "capability publish is not applicable to api_endpoint");
        let gone = plant.refusal(&plant.admin(), crate::giving::BLOCK, over(Uuid::from_u128(404), "execute")).await;
        assert_eq!(gone, "object permission block references unknown object");
        let block = plant.block(over(one, "execute")).await;
        plant.give(block, "entity", ann, Some(tenant)).await;
        let caller = plant.caller(ann, Some(tenant));
        let may = async |id: Uuid| caller.may(&EXECUTE, &plant.load(id).await).unwrap();
        assert!(may(one).await && !may(two).await);
        // A ceiling is kept.
        let capped = |scope| {
            let entries = vec![CeilingEntry::new(["execute"], scope, &json!({}))];
            plant.capped(ann, Some(tenant), Ceiling { entries })
        };
        let endpoint = plant.load(one).await;
        assert!(capped(CeilingScope::Object(one)).may(&EXECUTE, &endpoint).unwrap());
        assert!(!capped(CeilingScope::Object(two)).may(&EXECUTE, &endpoint).unwrap());
        assert!(!plant.capped(ann, Some(tenant), Ceiling::default()).may(&EXECUTE, &endpoint).unwrap());
        let within = acting::context(&capped(CeilingScope::Object(one)), &endpoint).unwrap();
        assert!(within.caller().ceiling().is_some());
        // Nobody of another tenant, and nobody without a grant.
        let other = plant.tenant("plant-b").await;
        assert!(!plant.tenant_admin("stranger", other).await.may(&EXECUTE, &endpoint).unwrap());
        assert!(plant.tenant_admin("boss", tenant).await.may(&EXECUTE, &endpoint).unwrap());
        // Nobody hands out what they do not have.
        let giver = plant.person_who_may("giver", tenant, &["policy.manage"]).await;
        let bob = plant.entity("human", "bob", Some(tenant)).await;
        let policy = crate::giving::policy("entity", block, bob, Some(tenant));
        assert_eq!(plant.refusal(&giver, crate::giving::POLICY, policy).await, "forbidden");
        // What goes with its tenant is forgotten.
        for verb in ["deleteTenant", "purgeTenant"] {
            plant.data(&plant.admin(), &format!("mutation($id: ID!) {{ {verb}(id: $id) }}"), json!({ "id": tenant })).await;
        }
        assert_eq!(plant.data(&plant.admin(), LIST, json!({})).await["found"]["total"], 0);
        tables_agree(&plant).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_appointed_by_who_manages_it_and_never_does_more_than_is_said() {
    on_both(async |plant| {
        let (tenant, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let service = plant.entity("service", "robot", Some(tenant)).await;
        let theirs = plant.entity("service", "their-robot", Some(other)).await;
        let ann = plant.entity("human", "ann", Some(tenant)).await;
        let acts = |entity: Uuid, permissions: Value| {
            with(
                "s",
                json!({ "tenantId": tenant, "authMode": "service_context", "serviceEntityId": entity, "servicePermissions": permissions }),
            )
        };
        let admin = plant.admin();
        let person = "service_context endpoints cannot act for a person";
        assert_eq!(plant.refusal(&admin, CREATE, acts(ann, json!([]))).await, person);
        let elsewhere = "the service entity of an endpoint of a tenant must belong to that tenant or to the platform";
        assert_eq!(plant.refusal(&admin, CREATE, acts(theirs, json!([]))).await, elsewhere);
        let bad = plant.refusal(&admin, CREATE, acts(service, json!([{ "actions": [], "scopeMode": "platform" }]))).await;
        assert!(bad.starts_with("servicePermissions: "), "{bad}");
        // Not with a token that may be used for less than everything, whatever its owner may.
        let entries = vec![CeilingEntry::new(["manage"], CeilingScope::Platform, &json!({}))];
        let scoped = plant.capped(ADMIN, None, Ceiling { entries });
        assert_eq!(plant.refusal(&scoped, CREATE, acts(service, json!([]))).await, "forbidden");
        plant.made(&scoped, CREATE, with("plain", json!({}))).await;
        // Nor by whom the service is kept from.
        let keeper = plant.entity("human", "keeper", None).await;
        let all = plant.block(json!({ "i": { "scopeMode": "platform", "actionIds": [action("manage")] } })).await;
        plant.give(all, "entity", keeper, None).await;
        let deny = json!({ "i": { "scopeMode": "object", "objectKind": "entity", "objectId": service, "effect": "deny", "actionIds": [action("manage")] } });
        let deny = plant.block(deny).await;
        plant.give(deny, "entity", keeper, None).await;
        let keeper = plant.caller(keeper, None);
        assert_eq!(plant.refusal(&keeper, CREATE, acts(service, json!([]))).await, "forbidden");
        // What it may do is what the service may, cut to what is said.
        let block = plant.block(crate::giving::over_tenant(tenant, &["manage", "read", "write"])).await;
        plant.give(block, "entity", service, Some(tenant)).await;
        let read = json!([{ "actions": ["read"], "scopeMode": "tenant", "tenantId": tenant }]);
        let reading = plant.made(&admin, CREATE, acts(service, read)).await;
        let caller = plant.caller(ann, Some(tenant));
        let within = acting::context(&caller, &plant.load(reading).await).unwrap();
        assert_eq!(within.caller().entity_id(), Some(service));
        let rename = "mutation($id: ID!) { updateEntity(id: $id, input: { status: suspended }) { id } }";
        let device = plant.entity("device", "meter", Some(tenant)).await;
        let shown = "query($id: ID!) { entity(id: $id) { name } }";
        assert_eq!(plant.data(&within, shown, json!({ "id": device })).await["entity"]["name"], "meter");
        assert_eq!(plant.refusal(&within, rename, json!({ "id": device })).await, "forbidden");
        assert_eq!(plant.refusal(&within, CREATE, with("more", json!({}))).await, "forbidden");
        let token = "mutation($id: ID!) { createAccessToken(input: { name: \"x\", scoped: false, permissions: [], subjectId: $id }) { token } }";
        assert_eq!(plant.refusal(&within, token, json!({ "id": service })).await, "forbidden");
        // Nothing said is nothing allowed, also about itself.
        plant.data(&admin, UPDATE, json!({ "id": reading, "i": { "servicePermissions": [] } })).await;
        let nothing = acting::context(&caller, &plant.load(reading).await).unwrap();
        assert_eq!(plant.refusal(&nothing, shown, json!({ "id": device })).await, "forbidden");
        assert_eq!(plant.refusal(&nothing, shown, json!({ "id": service })).await, "forbidden");
        // A service that is not in use does nothing.
        plant.data(&admin, "mutation($id: ID!) { disableEntity(id: $id) { id } }", json!({ "id": service })).await;
        let refused = acting::context(&caller, &plant.load(reading).await).err().unwrap();
        assert_eq!(refused.to_string(), "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_kept_without_secrets_and_forgotten_in_time() {
    let settings = Settings { custom_endpoint_executions_max_rows: 2, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        let admin = plant.admin();
        let id = plant.endpoint("kept", json!({})).await;
        let endpoint = plant.load(id).await;
        let allowed = admin.require(&EXECUTE, &endpoint).unwrap();
        let summary = Summary {
            method: "GET".into(),
            path: "/api/custom/kept".into(),
            variables_or_body: json!({ "password": "hunter2", "list": ["x".repeat(20_000)] }),
            response: json!({ "token": "t", "id": 1 }),
            error: None,
        };
        executions::ended(&admin, &allowed, &endpoint, &summary).await.unwrap();
        let calls = plant.data(&admin, CALLS, json!({ "id": id })).await["found"].take();
        let call = &calls["items"][0];
        assert_eq!((&call["status"], &call["callerEntityId"]), (&json!("success"), &json!(ADMIN)));
        assert_eq!(call["responseSummary"], json!({ "token": "<redacted>", "id": 1 }));
        assert_eq!(call["requestSummary"]["variablesOrBody"]["truncated"], true);
        for _ in 0..3 {
            plant.clock.advance(Duration::from_secs(1));
            executions::denied(&plant.nobody(), &endpoint, &Summary::default()).await.unwrap();
        }
        let failed = Summary { error: Some("it did not work".into()), ..Summary::default() };
        executions::ended(&admin, &allowed, &endpoint, &failed).await.unwrap();
        let total = async || plant.data(&admin, CALLS, json!({ "id": id })).await["found"]["total"].take();
        assert_eq!(total().await, 5);
        assert_eq!(executions::prune(plant.ground()).await.unwrap(), 1);
        let told = plant.remembered("api_endpoint").await;
        assert_eq!(told.iter().filter(|event| *event == "api_endpoint.execute").count(), 2);
        plant.later(Duration::from_secs(31 * 86_400)).await;
        assert_eq!(executions::prune(plant.ground()).await.unwrap(), 4);
        assert_eq!(total().await, 0);
    })
    .await;
}
