//! A right is built on pages, and somebody else has it.

use serde_json::json;

use super::journeys::{
    SECRET, admin_role, give_password, house, made, person, send, sign_in, sign_out, tenant,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_built_on_pages_and_gives_whoever_holds_it_a_button_that_works() {
    let (server, browser, here) = house().await;
    let plant = tenant(&server, "Plant A").await;
    person(&server, "anna", &plant).await;
    let anna = async || {
        browser.open(&format!("{here}/login?next=/roles")).await;
        give_password(&browser, "anna", SECRET).await;
        browser.see("Roles").await;
    };
    anna().await;
    browser.see("You have no right to read these here").await;
    assert!(!browser.text("main").await.contains("Create role"));
    sign_out(&browser).await;

    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/blocks/new/create")).await;
    browser.choose("#field-actions", "role.manage").await;
    browser.choose("#field-actions", "read").await;
    browser.press("#field-scope option[value=tenant]").await;
    browser.choose("#field-tenantId", "Plant A").await;
    send(&browser).await;
    browser.see("Permission block created").await;
    let path = browser.path().await;
    let block = path.split(['/', '?']).nth(2).expect("an id");

    browser.open(&format!("{here}/roles/new/create")).await;
    browser.fill("#field-name", "Keeper of roles").await;
    browser.choose("#field-tenantId", "Plant A").await;
    send(&browser).await;
    browser.see("The role gives nothing yet").await;
    browser.press_named("Replace permission blocks").await;
    browser.fill("#field-blocks", block).await;
    // On to what comes next, so that the list of what was found covers nothing.
    browser.keys(&["\u{e004}"]).await;
    send(&browser).await;
    browser.see("Permission blocks replaced").await;
    browser.see("role.manage").await;
    browser.press_named("Assign").await;
    browser.choose("#field-subject-id", "anna").await;
    browser.fill("#field-reason", "looks after roles").await;
    send(&browser).await;
    browser.see("Role assigned").await;
    browser.see("looks after roles").await;
    sign_out(&browser).await;

    anna().await;
    browser.press_named("Create role").await;
    browser.fill("#field-name", "Watcher").await;
    send(&browser).await;
    browser.see("Role created").await;
    browser.see("Watcher").await;
    browser.see("Plant A").await;
    browser.press_named("Edit").await;
    browser.fill("#field-description", "watches").await;
    send(&browser).await;
    browser.see("Changes saved").await;
    browser.see("watches").await;
    // What was not given is not there.
    let others =
        browser.run("return document.querySelectorAll(\"main a[href$='/assign']\").length;", json!(null));
    assert_eq!(others.await, Ok(json!(0)), "nobody gave them that");
    browser.open(&format!("{here}/blocks")).await;
    browser.see("role.manage").await;
    assert!(!browser.text("main").await.contains("Create permission block"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_administers_one_tenant_builds_there_without_saying_so() {
    let (server, browser, here) = house().await;
    let plant = tenant(&server, "Plant A").await;
    let anna = person(&server, "anna", &plant).await;
    person(&server, "ben", &plant).await;
    let role = admin_role(&server, &server.admin().await, &plant).await;
    let give = "mutation($t: ID!, $r: ID!, $e: ID!) { made: createRoleAssignment(input: { roleId: $r,
        subjectKind: entity, subjectId: $e, tenantId: $t }) { id } }";
    made(&server, give, json!({ "t": plant, "r": role, "e": anna })).await;
    browser.open(&format!("{here}/login?next=/actions")).await;
    give_password(&browser, "anna", SECRET).await;
    browser.see("policy.manage").await;
    browser.open(&format!("{here}/blocks/new/create")).await;
    browser.choose("#field-actions", "read").await;
    send(&browser).await;
    browser.see("Permission block created").await;
    browser.see("Plant A").await;
    browser.open(&format!("{here}/roles/new/create")).await;
    browser.fill("#field-name", "Reader").await;
    send(&browser).await;
    browser.see("The role gives nothing yet").await;
    browser.see("Plant A").await;
    browser.press_named("Replace permission blocks").await;
    browser.press("#field-blocks").await;
    browser.press(".combo-list [role=option]").await;
    send(&browser).await;
    browser.see("Permission blocks replaced").await;
    browser.press("main a[href$='/assign']").await;
    browser.choose("#field-subject-id", "ben").await;
    send(&browser).await;
    browser.see("Role assigned").await;
    browser.see("ben").await;
    browser.close().await;
}
