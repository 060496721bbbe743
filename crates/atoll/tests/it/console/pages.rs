//! Every page that can be reached, reached.

use std::collections::{BTreeSet, VecDeque};

use reqwest::StatusCode;
use serde_json::json;

use super::visitor::{Shown, Visitor};
use crate::server::{Engine, Setup, TestServer};

/// What would run if it were written as it is.
const INJECTED: &str = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>";

/// A house in which every name, description and attribute tries to be markup.
async fn hostile() -> TestServer {
    let server = Setup::new(Engine::Sqlite).set("rate_limit_enabled", "false").start().await;
    let token = server.admin().await;
    let make = "mutation($n: String!, $a: JSON) {
      tenant: createTenant(input: { name: $n, tags: [$n], attributes: $a }) { id }
      person: createEntity(input: { name: $n, kind: human, attributes: $a }) { id }
      group: createGroup(input: { name: $n, description: $n, groupType: \"principal\", attributes: $a }) { id }
      resource: createResource(input: { kind: \"channel\", name: $n, attributes: $a }) { id }
      role: createRole(input: { name: $n, description: $n }) { id }
      action: createAction(input: { name: \"open\", description: $n }) { id } }";
    server.data(&token, make, json!({ "n": INJECTED, "a": { INJECTED: INJECTED } })).await;
    server
}

/// Every page that links lead to, one of each sort.
pub(super) async fn reached(visitor: &Visitor) -> Vec<Shown> {
    let (mut known, mut to_see) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    let mut pages = Vec::new();
    while let Some(path) = to_see.pop_front() {
        let page = visitor.open(&path).await;
        for link in page.attributes("href") {
            let inside =
                link.starts_with('/') && !link.starts_with("/assets") && !link.starts_with("/audit/");
            if inside && !link.contains("as=csv") && known.insert(sort_of(&link)) {
                to_see.push_back(link);
            }
        }
        pages.push(page);
    }
    pages
}

/// An address without what is of one thing only.
fn sort_of(link: &str) -> String {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let parts = path.split('/').map(|part| match part {
        id if id.len() == 36 && id.contains('-') => "{id}",
        number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => "{n}",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_shown_and_nothing_that_somebody_wrote_runs_on_it() {
    let server = hostile().await;
    let visitor = Visitor::admin(&server).await;
    let pages = reached(&visitor).await;
    assert!(pages.len() > 60, "{}", pages.len());
    for page in &pages {
        let path = &page.path;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        for raw in ["<img src=x", "<script>alert"] {
            assert!(!page.text.contains(raw), "{path} shows {raw}");
        }
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(!page.text.contains(" style=\"") && !page.text.contains(" onclick="), "{path}");
        assert!(page.text.len() < 400_000, "{path}: {}", page.text.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_that_stood_on_another_page() {
    let server = hostile().await;
    let visitor = Visitor::admin(&server).await;
    let pages = reached(&visitor).await;
    let mut tried = BTreeSet::new();
    for page in &pages {
        for form in page
            .text
            .split("<form ")
            .skip(1)
            .filter(|form| form.split('>').next().is_some_and(|head| head.contains("method=\"post\"")))
        {
            let action = form.split("action=\"").nth(1).and_then(|rest| rest.split('"').next());
            let action =
                action.unwrap_or_else(|| panic!("{}: a form without an address", page.path)).to_owned();
            assert!(form.split("</form>").next().unwrap().contains("form_token"), "{}: {action}", page.path);
            if tried.insert(sort_of(&action)) {
                for token in ["", "0000000000000000000000000000000000000000000000000000000000000000"] {
                    let refused = visitor.send(&action, &[("form_token", token)]).await;
                    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{action}");
                }
            }
        }
    }
    assert!(tried.len() > 28, "{tried:?}");
    assert_eq!(visitor.open("/account").await.path, "/account", "nothing has signed them out");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_a_page_before_signing_in() {
    let server = hostile().await;
    let visitor = Visitor::admin(&server).await;
    let pages = reached(&visitor).await;
    let nobody = Visitor::new(&server);
    for page in
        pages.iter().filter(|page| !page.path.starts_with("/login") && !page.path.starts_with("/signed-out"))
    {
        let led = nobody.open(&page.path).await;
        assert!(led.path.starts_with("/login"), "{} led to {}", page.path, led.path);
    }
    for (path, status) in [("/pick/entities", 401), ("/palette", 401), ("/nothing/here", 404)] {
        assert_eq!(nobody.open(path).await.status.as_u16(), status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_shown_no_button_and_refused_all_the_same() {
    let server = hostile().await;
    let ben = person(&server, "ben", None).await;
    let admin = Visitor::admin(&server).await;
    let lists = ["/groups", "/entities", "/roles", "/guardrails", "/actions", "/webhooks"];
    for path in lists {
        let offer = format!("{path}/new/create");
        assert!(admin.open(path).await.text.contains(&offer), "{path} offers nothing to an administrator");
        assert!(!ben.open(path).await.text.contains(&offer), "{path} offers what ben may not do");
    }
    let home = ben.open("/").await;
    assert!(!home.text.contains("href=\"/keys\"") && admin.open("/").await.text.contains("href=\"/keys\""));
    let token = home.value("form_token");
    let fields = [("form_token", token.as_str()), ("name", "mine")];
    for path in ["/roles/new/create", "/actions/new/create"] {
        let refused = ben.send(path, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(refused.text.contains("/why?subject="), "{path} says where to ask why");
    }
    let rotated = ben.send("/keys/all/rotate", &[("form_token", token.as_str())]).await;
    assert_eq!(rotated.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_a_tenant_finds_it_without_choosing_it() {
    let server = hostile().await;
    let token = server.admin().await;
    let make = "mutation { t: createTenant(input: { name: \"Acme\", alias: \"acme\" }) { id } }";
    let tenant = server.data(&token, make, json!({})).await["t"]["id"].as_str().unwrap().to_owned();
    let anna = person(&server, "anna", Some(&tenant)).await;
    let give = "mutation($t: ID!, $r: ID!, $e: ID!) {
      createRoleAssignment(input: { roleId: $r, subjectKind: entity, subjectId: $e, tenantId: $t }) { id } }";
    let roles =
        "query($t: ID!) { roles(tenantId: $t) { items { id name } } entities(q: \"anna\") { items { id } } }";
    let found = server.data(&token, roles, json!({ "t": tenant })).await;
    let (role, entity) = (&found["roles"]["items"][0]["id"], &found["entities"]["items"][0]["id"]);
    assert!(!anna.open("/roles").await.text.contains("tenant-admin"), "not hers yet");
    server.data(&token, give, json!({ "t": tenant, "r": role, "e": entity })).await;
    assert!(anna.open("/roles").await.text.contains("tenant-admin"));
    assert!(anna.open("/").await.text.contains("href=\"/roles\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_around_leaves_no_refusals_behind() {
    let server = hostile().await;
    let ben = person(&server, "ben", None).await;
    for page in reached(&ben).await {
        assert_eq!(page.status, StatusCode::OK, "{}", page.path);
    }
    let asked = "{ auditLogs(event: \"access.refused\") { total items { details } } }";
    let refused = server.data(&server.admin().await, asked, json!({})).await;
    assert_eq!(refused["auditLogs"]["total"], 0, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_mail_leads_a_browser_to_a_page_that_asks_first() {
    let server = hostile().await;
    let page = Visitor::new(&server).open("/auth/email/verify?token=atomv_x").await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/verify-email?token=atomv_x"));
    assert_eq!(page.value("token"), "atomv_x");
}

/// Somebody with a password, who has signed in.
async fn person(server: &TestServer, name: &str, tenant: Option<&str>) -> Visitor {
    let token = server.admin().await;
    let make = "mutation($n: String!, $t: ID) { made: createEntity(input: { name: $n, kind: human, tenantId: $t }) { id } }";
    let made = server.data(&token, make, json!({ "n": name, "t": tenant })).await;
    let give = "mutation($id: ID!) { createPassword(entityId: $id, password: \"a rather long secret\") }";
    server.data(&token, give, json!({ "id": made["made"]["id"] })).await;
    let visitor = Visitor::new(server);
    visitor.sign_in(name, "a rather long secret", if tenant.is_some() { "acme" } else { "" }).await;
    visitor
}
