//! SCIM, as other directories use it: a compliance tester, and the guide's commands.

use std::process::Command;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::ran::Ran;
use crate::server::{ADMIN_SECRET, Engine, NOBODY, TestServer, on_both};
use crate::{guides, installed};

const TENANT: &str = "mutation($i: CreateTenantInput!) { made: createTenant(input: $i) { id } }";
const ENTITY: &str = "mutation($i: CreateEntityInput!) { made: createEntity(input: $i) { id } }";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The compliance tester, and what it stands on.
const TESTER: [&str; 4] =
    ["scim2-cli==0.6.0", "scim2-tester==0.5.2", "scim2-client==0.13.2", "scim2-models==0.12.3"];

async fn made(server: &TestServer, token: &str, mutation: &str, input: Value) -> String {
    let data = server.data(token, mutation, json!({ "i": input })).await;
    data["made"]["id"].as_str().expect("an id").to_owned()
}

async fn tenant(server: &TestServer, admin: &str, name: &str) -> String {
    made(server, admin, TENANT, json!({ "name": name, "alias": name })).await
}

async fn send(server: &TestServer, token: &str, method: Method, path: &str, body: Value) -> Response {
    let request = server.request(method, token, &format!("/scim/v2/{path}"));
    let request = request.header("content-type", "application/scim+json").body(body.to_string());
    request.send().await.expect("the server answers")
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn asked(server: &TestServer, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
    read(send(server, token, method, path, body).await).await
}

async fn got(server: &TestServer, token: &str, path: &str) -> (u16, Value) {
    asked(server, token, Method::GET, path, json!({})).await
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let items = list["Resources"].as_array().expect("a list");
    items.iter().map(|item| item[field].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_compliance_tester_is_content() {
    let tester = installed::python(&TESTER).join("bin/scim2");
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin, "acme").await;
        let mut tester = Command::new(&tester);
        tester.arg("test").env("SCIM_CLI_URL", server.url("/scim/v2/acme"));
        tester.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {admin}"));
        let shown = Ran::of(&mut tester).ended_with(0).out;
        let checks = shown.lines().filter(|line| line.starts_with("SUCCESS")).count();
        assert!(checks > 100, "only {checks} checks were made: {shown}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_live_and_die_as_the_standard_says() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin, "acme").await;
        let ann = json!({
            "schemas": [USER], "userName": "Ann", "externalId": "e-1", "password": "a long enough password",
            "emails": [{ "value": "ann@acme.example", "primary": true }], "name": { "familyName": "Ash" },
        });
        let response = send(server, &admin, Method::POST, "acme/Users", ann.clone()).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let (location, etag) = (header("location"), header("etag"));
        assert_eq!(header("content-type"), "application/scim+json");
        let (status, made) = read(response).await;
        assert_eq!((status, &made["active"], &made["password"]), (201, &json!(true), &Value::Null));
        assert_eq!((&made["meta"]["location"], &made["meta"]["version"]), (&json!(location), &json!(etag)));
        let path = format!("acme/Users/{}", made["id"].as_str().unwrap());

        // It signs in with its name and with its address.
        server.login("Ann", "a long enough password").await;
        server.login("ann@acme.example", "a long enough password").await;

        // Names are unique in any case.
        for name in ["Ann", "ann", "ANN"] {
            let (status, refused) =
                asked(server, &admin, Method::POST, "acme/Users", json!({ "userName": name })).await;
            assert_eq!(
                (status, &refused["scimType"], &refused["status"]),
                (409, &json!("uniqueness"), &json!("409"))
            );
        }

        // Versions guard against lost changes.
        let stale = server.request(Method::PUT, &admin, &format!("/scim/v2/{path}"));
        let stale = stale.header("if-match", "W/\"0000\"").header("content-type", "application/scim+json");
        assert_eq!(stale.body(ann.to_string()).send().await.unwrap().status(), 412);
        let known = server.request(Method::GET, &admin, &format!("/scim/v2/{path}"));
        assert_eq!(known.header("if-none-match", &etag).send().await.unwrap().status(), 304);

        // Parts of it are changed, and switching it off ends its way in.
        let operations = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "add", "path": "name.givenName", "value": "Ann" },
        ] });
        let (status, changed) = asked(server, &admin, Method::PATCH, &path, operations).await;
        assert_eq!((status, &changed["active"]), (200, &json!(false)), "{changed}");
        assert_eq!(changed["name"], json!({ "familyName": "Ash", "givenName": "Ann" }));
        assert_ne!(changed["meta"]["version"], json!(etag));
        assert_eq!(server.try_login("Ann", "a long enough password").await.status(), 401);

        // A refused part undoes the whole change.
        let half = json!({ "Operations": [
            { "op": "replace", "path": "userName", "value": "Zoe" },
            { "op": "replace", "path": "password", "value": "short" },
        ] });
        let (status, refused) = asked(server, &admin, Method::PATCH, &path, half).await;
        assert_eq!((status, &refused["scimType"]), (400, &json!("invalidValue")), "{refused}");
        assert_eq!(got(server, &admin, &path).await.1["userName"], "Ann");

        // Deleted, it is gone, and its name is free.
        assert_eq!(asked(server, &admin, Method::DELETE, &path, json!({})).await.0, 204);
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(asked(server, &admin, method, &path, ann.clone()).await.0, 404);
        }
        assert_eq!(asked(server, &admin, Method::POST, "acme/Users", ann).await.0, 201);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_sorted_and_paged() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin, "acme").await;
        for (name, title) in [("carl", "Boss"), ("Bea", "Clerk"), ("ann", "boss")] {
            let user = json!({ "userName": name, "externalId": name, "title": title });
            assert_eq!(asked(server, &admin, Method::POST, "acme/Users", user).await.0, 201);
        }
        let list = async |query: &str| {
            let (status, list) = got(server, &admin, &format!("acme/Users?{query}")).await;
            assert_eq!(status, 200, "{query}: {list}");
            (names(&list, "userName"), list["totalResults"].as_u64().unwrap())
        };
        assert_eq!(list("filter=userName%20eq%20%22BEA%22").await, (vec!["Bea".into()], 1));
        assert_eq!(list("filter=externalId%20eq%20%22ann%22").await, (vec!["ann".into()], 1));
        assert_eq!(list("filter=externalId%20eq%20%22Ann%22").await, (vec![], 0));
        let bosses = "filter=title%20eq%20%22BOSS%22%20and%20not%20(userName%20sw%20%22c%22)";
        assert_eq!(list(bosses).await, (vec!["ann".into()], 1));
        assert_eq!(list("sortBy=userName").await, (vec!["ann".into(), "Bea".into(), "carl".into()], 3));
        assert_eq!(list("sortBy=userName&sortOrder=descending&count=1").await, (vec!["carl".into()], 3));
        assert_eq!(list("startIndex=2&count=1").await, (vec!["Bea".into()], 3));
        assert_eq!(list("count=0").await, (vec![], 3));
        for bad in
            ["filter=userName%20is%20x", "count=x", "filter=((((((((((((((((((a%20pr))))))))))))))))))"]
        {
            assert_eq!(got(server, &admin, &format!("acme/Users?{bad}")).await.0, 400, "{bad}");
        }
        let search = json!({ "filter": "userName eq \"ann\"", "attributes": ["title"] });
        let (status, found) = asked(server, &admin, Method::POST, "acme/.search", search).await;
        let only = found["Resources"][0].as_object().unwrap();
        assert_eq!((status, &only["title"], only.get("userName")), (200, &json!("boss"), None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_may_refer_to_each_other() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin, "acme").await;
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "POST", "path": "/Groups", "bulkId": "g", "data": {
                    "schemas": [GROUP], "displayName": "Staff", "members": [{ "value": "bulkId:u" }] } },
                { "method": "POST", "path": "/Users", "bulkId": "u", "data": { "schemas": [USER], "userName": "ann" } },
                { "method": "PATCH", "path": "/Users/bulkId:u", "data": { "Operations": [
                    { "op": "add", "value": { "title": "Boss" } } ] } },
                { "method": "POST", "path": "/Users", "bulkId": "v", "data": { "userName": "ANN" } },
                { "method": "POST", "path": "/Groups", "bulkId": "h", "data": {
                    "displayName": "Others", "members": [{ "value": "bulkId:v" }] } },
            ],
        });
        let (status, answer) = asked(server, &admin, Method::POST, "acme/Bulk", bulk).await;
        let statuses: Vec<_> = answer["Operations"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!((status, statuses), (200, ["201", "201", "200", "409", "400"].map(Value::from).iter().collect()));
        let (_, groups) = got(server, &admin, "acme/Groups").await;
        let user = &groups["Resources"][0]["members"][0]["value"];
        let (_, user) = got(server, &admin, &format!("acme/Users/{}", user.as_str().unwrap())).await;
        assert_eq!((&user["title"], &user["groups"][0]["display"]), (&json!("Boss"), &json!("Staff")));

        // After the first failure nothing more is done.
        let strict = json!({ "failOnErrors": 1, "Operations": [
            { "method": "DELETE", "path": "/Users/00000000-0000-7000-8000-000000000000" },
            { "method": "POST", "path": "/Users", "bulkId": "w", "data": { "userName": "wim" } },
        ] });
        let (_, answer) = asked(server, &admin, Method::POST, "acme/Bulk", strict).await;
        assert_eq!(answer["Operations"].as_array().map(Vec::len), Some(1));
        let many: Vec<Value> = (0..201).map(|_| json!({ "method": "DELETE", "path": "/Users/x" })).collect();
        let (status, _) = asked(server, &admin, Method::POST, "acme/Bulk", json!({ "Operations": many })).await;
        assert_eq!(status, 413);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_tenant_is_ever_shown() {
    on_both(async |server| {
        let admin = server.admin().await;
        let (acme, globex) = (tenant(server, &admin, "acme").await, tenant(server, &admin, "globex").await);
        let (_, ann) = asked(server, &admin, Method::POST, "acme/Users", json!({ "userName": "ann" })).await;
        let (_, staff) =
            asked(server, &admin, Method::POST, "acme/Groups", json!({ "displayName": "Staff" })).await;
        let mia = json!({ "kind": "human", "name": "mia", "tenantId": globex });
        let mia = made(server, &admin, ENTITY, mia).await;
        let password = "mutation($e: ID!, $p: String!) { createPassword(entityId: $e, password: $p) }";
        server.data(&admin, password, json!({ "e": mia, "p": ADMIN_SECRET })).await;
        let mia_token = server.login("mia", ADMIN_SECRET).await;

        let (user, group) = (ann["id"].as_str().unwrap(), staff["id"].as_str().unwrap());
        for tenant in ["acme", &acme, "nowhere", "globex"] {
            for path in [format!("{tenant}/Users/{user}"), format!("{tenant}/Groups/{group}")] {
                for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
                    let answer = asked(server, &mia_token, method, &path, json!({ "userName": "x" })).await;
                    assert_eq!(
                        (answer.0, &answer.1["detail"]),
                        (404, &json!("resource not found")),
                        "{path}"
                    );
                }
            }
        }
        for tenant in ["acme", "nowhere"] {
            let (status, list) = got(server, &mia_token, &format!("{tenant}/Users")).await;
            assert_eq!((status, &list["totalResults"]), (200, &json!(0)), "{tenant}");
            let path = format!("{tenant}/Users");
            let new = asked(server, &mia_token, Method::POST, &path, json!({ "userName": "x" })).await;
            assert_eq!(new.0, 403, "{tenant}");
        }
        // Not even an administrator finds it under the wrong tenant, or puts it into a foreign group.
        assert_eq!(got(server, &admin, &format!("globex/Users/{user}")).await.0, 404);
        let foreign = json!({ "displayName": "x", "members": [{ "value": mia }] });
        assert_eq!(asked(server, &admin, Method::POST, "acme/Groups", foreign).await.0, 400);
        assert_eq!(got(server, &admin, "acme/Groups").await.1["totalResults"], 1);
        // Who is a user here finds themselves.
        let (status, me) = got(server, &mia_token, "globex/Me").await;
        assert_eq!((status, &me["userName"]), (200, &json!("mia")));
        assert_eq!(got(server, &mia_token, "acme/Me").await.0, 404);

        for (method, path) in [
            (Method::GET, "acme/Users"),
            (Method::POST, "acme/Users"),
            (Method::POST, "acme/Bulk"),
            (Method::POST, "acme/.search"),
            (Method::GET, "acme/Me"),
            (Method::GET, "acme"),
        ] {
            let (status, refused) = asked(server, NOBODY, method, path, json!({})).await;
            assert_eq!((status, &refused["status"]), (401, &json!("401")), "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_none_are_refused_in_form() {
    let mut server = TestServer::start(Engine::Sqlite).await;
    let admin = server.admin().await;
    tenant(&server, &admin, "acme").await;
    let post = |media: &'static str, body: String| {
        let request = server.request(Method::POST, &admin, "/scim/v2/acme/Users");
        request.header("content-type", media).body(body).send()
    };
    for (media, body, status, kind) in [
        ("text/plain", "{}".to_owned(), 415, Value::Null),
        ("application/json", "{".to_owned(), 400, json!("invalidSyntax")),
        ("application/json", "[]".to_owned(), 400, json!("invalidSyntax")),
        ("application/scim+json;charset=utf-8", "{}".to_owned(), 400, json!("invalidValue")),
        (
            "application/json",
            format!("{{\"userName\":{}1{}}}", "[".repeat(500), "]".repeat(500)),
            400,
            json!("invalidSyntax"),
        ),
        ("application/json", "x".repeat(2 << 20), 413, Value::Null),
    ] {
        let (got, refused) = read(post(media, body).await.unwrap()).await;
        assert_eq!((got, &refused["scimType"]), (status, &kind), "{media}: {refused}");
    }
    assert!(server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_works_as_it_is_written() {
    on_both(async |server| {
        let admin = server.admin().await;
        tenant(server, &admin, "acme").await;
        guides::follow(server, "scim.md", &[("TOKEN", &admin)]);
    })
    .await;
}
