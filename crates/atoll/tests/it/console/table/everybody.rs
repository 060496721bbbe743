//! Those who try: nobody, a stranger who administers another tenant, somebody without a role, and two administrators.

use serde_json::json;

use super::super::journeys::{SECRET, admin_role, made, person};
use super::Visitor;
use crate::server::{ADMIN_SECRET, TestServer};

/// Somebody who tries.
struct Caller {
    title: &'static str,
    name: &'static str,
    password: &'static str,
    tenant: &'static str,
}

const CALLERS: [Caller; 5] = [
    Caller { title: "nobody", name: "", password: "", tenant: "" },
    Caller { title: "other tenant", name: "stranger", password: SECRET, tenant: "other" },
    Caller { title: "no role", name: "ordinary", password: SECRET, tenant: "acme" },
    Caller { title: "tenant admin", name: "keeper", password: SECRET, tenant: "acme" },
    Caller { title: "platform", name: "admin", password: ADMIN_SECRET, tenant: "" },
];

/// All of them, and the ground they stand on.
pub(super) struct Everybody<'s> {
    server: &'s TestServer,
    pub(super) tenant: String,
    pub(super) ordinary: String,
    pub(super) keeper: String,
}

impl Everybody<'_> {
    /// Makes the tenants, and the people in them; `asker` is one more administrator.
    pub(super) async fn gather(server: &TestServer) -> Everybody<'_> {
        let call = "mutation($n: String!) { made: createTenant(input: { name: $n, alias: $n }) { id } }";
        let tenant = made(server, call, json!({ "n": "acme" })).await;
        let other = made(server, call, json!({ "n": "other" })).await;
        let ordinary = person(server, "ordinary", &tenant).await;
        let keeper = person(server, "keeper", &tenant).await;
        let asker = person(server, "asker", &tenant).await;
        let stranger = person(server, "stranger", &other).await;
        for (tenant, admin) in [(&tenant, &keeper), (&tenant, &asker), (&other, &stranger)] {
            let give = "mutation($t: ID!, $r: ID!, $e: ID!) { made: createRoleAssignment(input: { roleId: $r,
                subjectKind: entity, subjectId: $e, tenantId: $t }) { id } }";
            let role = admin_role(server, &server.admin().await, tenant).await;
            made(server, give, json!({ "t": tenant, "r": role, "e": admin })).await;
        }
        Everybody { server, tenant, ordinary, keeper }
    }

    /// Each with a browser in which they have just signed in.
    pub(super) async fn come(&self) -> Vec<Tried> {
        let mut all = Vec::new();
        for caller in &CALLERS {
            let visitor = Visitor::new(self.server);
            if !caller.name.is_empty() {
                visitor.sign_in(caller.name, caller.password, caller.tenant).await;
            }
            let token = visitor.open("/login").await.value("form_token");
            all.push(Tried {
                title: caller.title,
                name: caller.name,
                password: caller.password,
                visitor,
                token,
            });
        }
        all
    }
}

/// Somebody with a browser.
pub(super) struct Tried {
    pub(super) title: &'static str,
    pub(super) name: &'static str,
    pub(super) password: &'static str,
    pub(super) visitor: Visitor,
    /// What their forms prove themselves with.
    pub(super) token: String,
}
