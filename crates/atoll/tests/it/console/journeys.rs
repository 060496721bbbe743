//! Whole ways through the console, in a real browser.

use serde_json::{Value, json};

use crate::browser::{Browser, free_port};
use crate::server::{ADMIN_SECRET, Engine, Setup, TestServer, engines};

/// The password of everybody but the administrator.
pub const SECRET: &str = "a rather long secret";

/// A house at an address that browsers hold for safe, and somebody with a browser there.
pub async fn house() -> (TestServer, Browser, String) {
    house_with(|setup| setup).await
}

/// The same on each engine, one after the other.
pub async fn on_both(journey: impl AsyncFn(&TestServer, &Browser, &str)) {
    for engine in engines() {
        let (server, browser, here) = house_on(engine, |setup| setup).await;
        journey(&server, &browser, &here).await;
        browser.close().await;
        server.end().await;
    }
}

/// The same, set up in a way of its own.
pub async fn house_with(setup: impl FnOnce(Setup) -> Setup) -> (TestServer, Browser, String) {
    house_on(Engine::Sqlite, setup).await
}

async fn house_on(engine: Engine, setup: impl FnOnce(Setup) -> Setup) -> (TestServer, Browser, String) {
    let port = free_port();
    let here = format!("http://localhost:{port}");
    let usual = Setup::new(engine).set("listen_addr", format!("127.0.0.1:{port}"));
    let server = setup(usual.set("public_base_url", &here)).start().await;
    let browser = Browser::start().await;
    browser.resize(1280, 900).await;
    (server, browser, here)
}

/// Signs the administrator in.
pub async fn sign_in(browser: &Browser, here: &str) {
    sign_in_as(browser, here, "admin", ADMIN_SECRET).await;
}

/// Signs somebody in who needs no more than a password.
pub async fn sign_in_as(browser: &Browser, here: &str, name: &str, password: &str) {
    browser.open(&format!("{here}/")).await;
    give_password(browser, name, password).await;
    browser.see(&format!("Good to see you, {name}")).await;
}

/// Fills in the page to sign in at.
pub async fn give_password(browser: &Browser, name: &str, password: &str) {
    browser.fill("input[name=identifier]", name).await;
    browser.fill("input[name=password]", password).await;
    browser.press("form[action='/login'] button[type=submit]").await;
}

/// Signs out, by the menu of the page.
pub async fn sign_out(browser: &Browser) {
    browser.press("details.top-account summary").await;
    browser.press("details.top-account form[action='/logout'] button").await;
    browser.see("Your session has ended").await;
}

/// Sends the form of the page, or says yes to what it asks.
pub async fn send(browser: &Browser) {
    browser.press("main form .form-acts button[type=submit]").await;
}

/// What the administrator makes; its id.
pub async fn made(server: &TestServer, call: &str, variables: Value) -> String {
    let data = server.data(&server.admin().await, call, variables).await;
    data["made"]["id"].as_str().expect("an id").to_owned()
}

/// A tenant.
pub async fn tenant(server: &TestServer, name: &str) -> String {
    let call = "mutation($n: String!) { made: createTenant(input: { name: $n }) { id } }";
    made(server, call, json!({ "n": name })).await
}

/// Somebody of a tenant, with [`SECRET`].
pub async fn person(server: &TestServer, name: &str, tenant: &str) -> String {
    let call = "mutation($n: String!, $t: ID) { made: createEntity(input: { name: $n, kind: human, tenantId: $t }) { id } }";
    let id = made(server, call, json!({ "n": name, "t": tenant })).await;
    let give = "mutation($id: ID!, $p: String!) { createPassword(entityId: $id, password: $p) }";
    server.data(&server.admin().await, give, json!({ "id": id, "p": SECRET })).await;
    id
}

/// The role that a tenant is administered with.
pub async fn admin_role(server: &TestServer, token: &str, tenant: &str) -> String {
    let asked = "query($t: ID!) { roles(tenantId: $t) { items { id name } } }";
    let found = server.data(token, asked, json!({ "t": tenant })).await;
    let items = found["roles"]["items"].as_array().expect("roles");
    let role = items.iter().find(|role| role["name"] == "tenant-admin").expect("tenant-admin");
    role["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_minute() {
    on_both(async |_server, browser, here| {
        sign_in(browser, here).await;
        browser.see("Next steps").await;
        browser.press_named("Create your first tenant").await;
        browser.fill("input[name=name]", "Plant A").await;
        browser.fill("input[name=alias]", "plant-a").await;
        browser.press("main form button[type=submit]").await;
        browser.see("Tenant created").await;
        browser.see("Plant A").await;
        browser.press_named("Disable").await;
        browser.see("Nobody of it can sign in or act").await;
        browser.press("main form button[type=submit]").await;
        browser.see("inactive").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_built_and_seen_to_work_and_a_refusal_is_explained() {
    on_both(async |server, browser, here| {
    let token = server.admin().await;
    let make = "mutation { t: createTenant(input: { name: \"Plant A\" }) { id } }";
    let made = server.data(&token, make, json!({})).await;
    let tenant = made["t"]["id"].as_str().unwrap();
    let make =
        "mutation($t: ID!) { e: createEntity(input: { name: \"anna\", kind: human, tenantId: $t }) { id } }";
    let made = server.data(&token, make, json!({ "t": tenant })).await;
    let anna = made["e"]["id"].as_str().unwrap();
    sign_in(browser, here).await;
    let why = format!("{here}/why?subject={anna}&action=role.manage&kind=tenant&object={tenant}");
    browser.open(&why).await;
    browser.see("may not role.manage").await;
    browser.open(&format!("{here}/blocks/new/create?scope=tenant&tenantId={tenant}")).await;
    browser.fill("#field-actions", "role.manage").await;
    browser
        .until("document.querySelector('.combo-list [role=option]')?.innerText.startsWith('role.manage')")
        .await;
    browser.press("#field-actions ~ .combo-list [role=option]").await;
    browser.press("main form button[type=submit]").await;
    browser.see("Permission block created").await;
    let block = browser
        .path()
        .await
        .split('/')
        .nth(2)
        .unwrap_or_default()
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let give = "mutation($i: CreateDirectPolicyInput!) { createDirectPolicy(input: $i) { id } }";
    let input =
        json!({ "permissionBlockId": block, "subjectKind": "entity", "subjectId": anna, "tenantId": tenant });
    server.data(&token, give, json!({ "i": input })).await;
    browser.open(&why).await;
    browser.see("anna may role.manage").await;
    let decides = "return document.querySelectorAll('.why-graph .is-path').length;";
    assert!(browser.run(decides, json!(null)).await.unwrap().as_u64().unwrap() > 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_found_by_writing() {
    let (_server, browser, here) = house().await;
    sign_in(&browser, &here).await;
    browser.keys(&["\u{e009}", "k"]).await;
    browser.fill("dialog.palette input", "permission blo").await;
    let first =
        "document.querySelector('dialog.palette [role=option]')?.innerText.startsWith('Permission blocks')";
    browser.until(first).await;
    browser.press("dialog.palette [role=option]").await;
    browser.until("location.pathname === '/blocks' && document.readyState === 'complete'").await;
    assert_eq!(browser.path().await, "/blocks");
    browser.keys(&["g"]).await;
    browser.keys(&["h"]).await;
    browser.see("Next steps").await;
    browser.keys(&["?"]).await;
    browser.see("Keyboard shortcuts").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_playground_asks_as_whoever_is_signed_in() {
    let (_server, browser, here) = house().await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/playground")).await;
    browser.press("button.graphiql-execute-button").await;
    browser.see("entities").await;
    browser.close().await;
}
