//! The steps of a call, one after the other.

use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::error;
use crate::server::{NOBODY, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn each_step_comes_before_the_next() {
    on_both(async |server| {
        let admin = server.admin().await;
        let tenant = server.thing(&admin, "createTenant", "CreateTenantInput", json!({ "name": "plant-a" })).await;
        let (ann, token) =
            server.with_token(&admin, json!({ "kind": "human", "name": "ann", "tenantId": tenant })).await;
        let (robot, _) =
            server.with_token(&admin, json!({ "kind": "service", "name": "robot", "tenantId": tenant })).await;
        let everything = json!({
            "key": "all", "tenantId": tenant, "authMode": "service_context", "serviceEntityId": robot,
            "graphql": "query($id: ID!) { entity(id: $id) { name } }",
            "requestSchema": { "type": "object", "required": ["id"] },
            "variablesMapping": { "id": "$body.id" },
            "servicePermissions": [{ "actions": ["read"], "scopeMode": "tenant", "tenantId": tenant }],
        });
        let id = server.endpoint(&admin, everything).await;
        let path = "/api/custom/all";
        // The route, by method and whole path, before the caller.
        for (method, at) in [(Method::GET, path), (Method::POST, "/api/custom/all/"), (Method::POST, "/api/custom/ALL")] {
            let answer = server.call(NOBODY, method, at, Value::Null).await;
            assert_eq!(error(&answer), (404, format!("custom endpoint {at} not found").as_str()));
        }
        // The caller: a bearer token, and nothing else.
        let answer = server.call(NOBODY, Method::POST, path, Value::Null).await;
        assert_eq!(error(&answer), (401, "missing Authorization header"));
        let send = async |name: &str, value: &str| {
            let answer = server.request(Method::POST, NOBODY, path).header(name, value).send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        };
        assert_eq!(error(&send("authorization", "Basic abc").await), (401, "expected Bearer token"));
        assert_eq!(error(&send("cookie", &format!("atom_token={admin}")).await), (401, "missing Authorization header"));
        assert_eq!(send("authorization", "Bearer nonsense").await.0, 401);
        // Whether they may, before what they send.
        let large = vec![b' '; (1 << 20) + 1];
        let send = async |body: Vec<u8>| {
            let answer = server.request(Method::POST, &token, path).body(body).send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        };
        assert_eq!(error(&send(large.clone()).await), (403, "forbidden"));
        let only = json!({ "scopeMode": "object", "objectKind": "api_endpoint", "objectId": id });
        server.grant(&admin, &ann, Some(&tenant), only, &["execute"]).await;
        // The body, its schema, the variables.
        assert_eq!(error(&send(large).await), (413, "custom endpoint request body is too large"));
        let (status, answer) = send(b"{".to_vec()).await;
        assert_eq!(status, 400);
        assert!(answer["error"].as_str().unwrap().starts_with("custom endpoint request body must be JSON: "), "{answer}");
        let (status, answer) = send(Vec::new()).await;
        assert_eq!(status, 400);
        assert!(answer["error"].as_str().unwrap().starts_with("request body failed requestSchema validation: "));
        // As whom: the service has no right yet, and what it is told nobody else is.
        let answer = server.call(&token, Method::POST, path, json!({ "id": ann })).await;
        assert_eq!(error(&answer), (400, "custom endpoint GraphQL execution failed"));
        server.grant(&admin, &robot, Some(&tenant), json!({ "scopeMode": "tenant" }), &["read", "write"]).await;
        let answer = server.call(&token, Method::POST, path, json!({ "id": ann })).await;
        assert_eq!(answer, (200, json!({ "entity": { "name": "ann" } })));
        server.data(&admin, "mutation($id: ID!) { disableEntity(id: $id) { id } }", json!({ "id": robot })).await;
        let answer = server.call(&token, Method::POST, path, json!({ "id": ann })).await;
        assert_eq!(error(&answer), (403, "forbidden"));
        // All of it is kept.
        let calls = server.calls(&admin, &id).await;
        let kept: Vec<&str> = calls.iter().rev().map(|call| call["status"].as_str().unwrap()).collect();
        let (denied, error) = ("denied", "error");
        assert_eq!(
            kept,
            [denied, denied, denied, denied, denied, error, error, error, error, "success", denied]
        );
        let success = &calls[1];
        assert_eq!(success["callerEntityId"], json!(ann));
        assert_eq!(
            success["requestSummary"],
            json!({ "method": "POST", "path": path, "variablesOrBody": { "id": ann } })
        );
        assert_eq!(success["responseSummary"], json!({ "entity": { "name": "ann" } }));
        assert_eq!(calls[2]["error"], "forbidden");
        // And in the audit log.
        let audited = "query($t: ID) { auditLogs(event: \"api_endpoint.execute\", tenantId: $t) { items { outcome actorEntityId } } }";
        let audited = server.data(&admin, audited, json!({ "t": tenant })).await["auditLogs"]["items"].take();
        let done: Vec<&Value> = audited.as_array().unwrap().iter().filter(|one| one["outcome"] == "allow").collect();
        assert_eq!((done.len(), &done[0]["actorEntityId"]), (1, &json!(ann)));
        // While the tenant is not in use, nothing in it is.
        server.data(&admin, "mutation($id: ID!) { freezeTenant(id: $id) { id } }", json!({ "id": tenant })).await;
        let answer = server.call(&admin, Method::POST, path, json!({ "id": ann })).await;
        assert_eq!(super::fixture::error(&answer), (403, "forbidden"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_become_variables_and_data_becomes_an_answer() {
    on_both(async |server| {
        let admin = server.admin().await;
        let tenant = json!({
            "key": "make", "operationKind": "mutation", "method": "PUT", "path": "/api/custom/tenants/make it",
            "graphql": "mutation($i: CreateTenantInput!) { t: createTenant(input: $i) { id name tags attributes } }",
            "variablesMapping": {
                "i.name": "$body.names.0", "i.tags": ["fixed"], "i.attributes.page": "$query.page",
                "i.attributes.plant": "$headers.X-Plant", "i.attributes.who": "$auth.entityId",
                "i.attributes.where": "$path", "i.alias": "$body.none",
            },
            "responseMapping": { "name": "$.t.name", "all": "$.t.attributes", "tag": "$.t.tags.0", "no": "$.x", "ok": true },
        });
        let id = server.endpoint(&admin, tenant).await;
        let answer = server
            .request(Method::PUT, &admin, "/api/custom/tenants/make%20it?page=7&page=8")
            .header("x-plant", "north")
            .json(&json!({ "names": ["made by endpoint"] }))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.headers().contains_key("atoll-revision"));
        let who = "00000000-0000-0000-0000-000000000001";
        let all = json!({ "page": "8", "plant": "north", "who": who, "where": "/api/custom/tenants/make it" });
        let expected = json!({ "name": "made by endpoint", "all": all, "tag": "fixed", "no": null, "ok": true });
        assert_eq!(answer.json::<Value>().await.unwrap(), expected);
        assert_eq!(server.calls(&admin, &id).await[0]["status"], "success");
        // An empty mapping passes the body on and the data back.
        server.endpoint(&admin, json!({ "key": "plain", "graphql": "query($q: String) { tenants(q: $q) { total } }" })).await;
        let answer = server.call(&admin, Method::POST, "/api/custom/plain", json!({ "q": "made by" })).await;
        assert_eq!(answer, (200, json!({ "tenants": { "total": 1 } })));
        // Changed or switched off, it is so from the next call on.
        let disable = "mutation($id: ID!) { disableApiEndpoint(id: $id) { id } }";
        server.data(&admin, disable, json!({ "id": id })).await;
        let answer = server.call(&admin, Method::PUT, "/api/custom/tenants/make%20it", json!({})).await;
        assert_eq!(answer.0, 404);
    })
    .await;
}
