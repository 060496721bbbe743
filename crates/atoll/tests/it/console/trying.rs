//! Looking around and trying things: the plant, what happened, fields of profiles, custom endpoints.

use reqwest::StatusCode;
use serde_json::json;

use super::journeys::{SECRET, house, made, on_both, person, sign_in};
use super::visitor::Visitor;
use crate::server::{Engine, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn the_plant_is_made_asked_about_and_removed() {
    on_both(async |server, browser, here| {
    sign_in(browser, here).await;
    browser.press_named("Create the plant").await;
    browser.see("The plant is there.").await;
    for (question, answer) in [
        ("Why may Anna set the temperature?", "anna may write"),
        ("Why may Anna not set the pressure?", "anna may not write"),
        ("What is missing for Ben", "ben may not write"),
        ("Why may pump 1 send", "pump-1 may publish"),
    ] {
        browser.open(&format!("{here}/")).await;
        browser.press_named(question).await;
        browser.see(answer).await;
    }
    browser.open(&format!("{here}/group-tree")).await;
    browser.see("hall-1").await;
    browser.open(&format!("{here}/")).await;
    browser.press_named("Remove it").await;
    browser.see("The plant is gone.").await;
    let left = "{ tenants(alias: \"try-it\", deleted: all) { total } entities(q: \"pump-1\", deleted: all) { total } }";
    let left = server.data(&server.admin().await, left, json!({})).await;
    assert_eq!(left, json!({ "tenants": { "total": 0 }, "entities": { "total": 0 } }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_only_called_like_the_plant_is_not_removed() {
    let server = TestServer::start(Engine::Sqlite).await;
    let own = "mutation { made: createTenant(input: { name: \"Ours\", alias: \"try-it\" }) { id } }";
    let own = made(&server, own, json!({})).await;
    let visitor = Visitor::admin(&server).await;
    let home = visitor.open("/").await;
    assert!(home.text.contains("action=\"/try-it\"") && !home.text.contains("/try-it/remove"));
    let token = home.value("form_token");
    visitor.send("/try-it/remove", &[("form_token", &token)]).await;
    let refused = visitor.send("/try-it", &[("form_token", &token)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let left = "query($id: ID!) { tenant(id: $id) { status } tenants { total } }";
    let left = server.data(&server.admin().await, left, json!({ "id": own })).await;
    assert_eq!(left, json!({ "tenant": { "status": "active" }, "tenants": { "total": 1 } }));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_reads_events_may_watch_them() {
    let server = TestServer::start(Engine::Sqlite).await;
    let nobody = Visitor::new(&server);
    assert!(nobody.open("/events/live").await.path.starts_with("/login"));
    let tenant = made(
        &server,
        "mutation { made: createTenant(input: { name: \"acme\", alias: \"acme\" }) { id } }",
        json!({}),
    )
    .await;
    person(&server, "ordinary", &tenant).await;
    let ordinary = Visitor::new(&server);
    ordinary.sign_in("ordinary", SECRET, "acme").await;
    assert_eq!(ordinary.open("/events/live").await.status, StatusCode::FORBIDDEN);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_watched_looked_at_and_proved() {
    let (server, browser, here) = house().await;
    let token = server.admin().await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/events?live=1")).await;
    browser.until("document.querySelector('.live-state')?.dataset.state === 'on'").await;
    let make = "mutation { e: createEntity(input: { name: \"newcomer\", kind: human }) { id } }";
    server.data(&token, make, json!({})).await;
    browser.see("newcomer").await;
    browser.press_named("entity.create").await;
    browser.see("What changed").await;
    browser.see("name: newcomer").await;
    browser.open(&format!("{here}/events")).await;
    browser.press_named("Prove it now").await;
    browser.see("being proved").await;
    browser
        .until(
            "document.body.innerText.includes('The chain holds') \
             || void (window.again ??= setTimeout(() => location.reload(), 300))",
        )
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_is_filled_in_by_the_fields_of_its_profile() {
    let (server, browser, here) = house().await;
    let token = server.admin().await;
    let make = "mutation { p: createProfile(input: { objectKind: \"entity\", kind: \"device\", key: \"pump\", displayName: \"Pump\" }) { id } }";
    let profile = server.data(&token, make, json!({})).await["p"]["id"].as_str().unwrap().to_owned();
    let schema = json!({ "type": "object", "required": ["serial"], "properties": {
        "serial": { "type": "string", "title": "Serial number" }, "floor": { "type": "integer", "title": "Floor" },
        "spare": { "type": "boolean", "title": "Spare" } } });
    let version = "mutation($p: ID!, $s: JSON) { createProfileVersion(profileId: $p, input: { version: 1, status: \"active\", jsonSchema: $s }) { id } }";
    server.data(&token, version, json!({ "p": profile, "s": schema })).await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/entities/new/create?profile={profile}&kind=device")).await;
    browser.fill("input[name=name]", "pump-9").await;
    browser.fill("input[name='attributes.serial']", "A-77").await;
    browser.fill("input[name='attributes.floor']", "3").await;
    browser.press("main form button.button-primary[type=submit]").await;
    browser.see("Entity created").await;
    browser.see("\"serial\": \"A-77\"").await;
    browser.see("\"floor\": 3").await;
    browser.press_named("Edit").await;
    browser.see("Serial number").await;
    let stands = "return document.querySelector(\"input[name='attributes.serial']\").value;";
    assert_eq!(browser.run(stands, json!(null)).await, Ok(json!("A-77")));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_endpoint_is_called_to_try_it() {
    let (server, browser, here) = house().await;
    let token = server.admin().await;
    let make = "mutation($i: CreateApiEndpointInput!) { e: createApiEndpoint(input: $i) { id } }";
    let input = json!({ "key": "who", "name": "Who", "method": "GET", "path": "/api/custom/who", "status": "active",
        "operationKind": "query", "graphql": "query { entities(limit: 1) { total } }" });
    let id = server.data(&token, make, json!({ "i": input })).await["e"]["id"].as_str().unwrap().to_owned();
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/endpoints/{id}")).await;
    browser.press_named("Test call").await;
    browser.press("main form button.button-primary[type=submit]").await;
    browser.see("200 OK").await;
    browser.see("\"total\"").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_kept_and_found_again() {
    let (_server, browser, here) = house().await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/entities?kind=service")).await;
    browser.press_named("Save filter").await;
    browser.fill(".filters .form-acts input", "Only services").await;
    browser.press_named("Save filter").await;
    browser.open(&format!("{here}/entities")).await;
    browser.press_named("Only services").await;
    browser.until("location.search.includes('kind=service')").await;
    browser.open(&format!("{here}/settings?q=listen_addr")).await;
    browser.see("listen_addr").await;
    browser.see("command line").await;
    browser.open(&format!("{here}/jobs")).await;
    browser.see("Work that waits to be done").await;
    browser.close().await;
}
