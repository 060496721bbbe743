//! Things to be tried on, made by the administrator of the platform, each for one trial alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::super::journeys::{SECRET, admin_role};
use super::everybody::Everybody;
use crate::guides;
use crate::server::{NOBODY, TestServer};

/// What there is nothing of.
pub(super) const NOTHING: &str = "00000000-0000-0000-0000-000000000404";

pub(super) struct Things<'s> {
    server: &'s TestServer,
    everybody: &'s Everybody<'s>,
    pub(super) tenant: String,
    asker: String,
    /// Tokens of the administrator of the platform and of the person without a role: an entity has not many sessions.
    tokens: Mutex<[String; 2]>,
    count: AtomicU64,
    /// What the person without a role asks for at the moment: not much may wait at once.
    asked: Mutex<Option<String>>,
}

impl Things<'_> {
    pub(super) async fn of<'s>(server: &'s TestServer, everybody: &'s Everybody<'s>) -> Things<'s> {
        let asker = server.login("asker", SECRET).await;
        let (count, asked, tenant) = (AtomicU64::new(0), Mutex::default(), everybody.tenant.clone());
        let tokens = Mutex::new(Self::tokens(server).await);
        Things { server, everybody, tenant, asker, tokens, count, asked }
    }

    async fn tokens(server: &TestServer) -> [String; 2] {
        [server.admin().await, server.login("ordinary", SECRET).await]
    }

    /// Signs both in again, whose sessions were ended by what was tried.
    pub(super) async fn renew(&self) {
        let tokens = Self::tokens(self.server).await;
        *self.tokens.lock().unwrap() = tokens;
    }

    fn admin(&self) -> String {
        self.tokens.lock().unwrap()[0].clone()
    }

    /// A name that nothing has yet.
    pub(super) fn name(&self) -> String {
        format!("thing-{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    async fn call(&self, token: &str, call: &str) -> Value {
        let made = format!("mutation {{ made: {call} }}");
        self.server.data(token, &made, json!({})).await["made"].take()
    }

    /// Changes something; what comes back.
    pub(super) async fn change(&self, call: &str) -> Value {
        self.call(&self.admin(), call).await
    }

    /// Makes something; its id.
    pub(super) async fn made(&self, call: &str) -> String {
        text(&self.change(&format!("{call} {{ id }}")).await["id"])
    }

    /// A tenant of its own, with both people of the other one in it as they are there.
    pub(super) async fn another_tenant(&self) -> String {
        let tenant = self.made(&format!("createTenant(input: {{ name: \"{}\" }})", self.name())).await;
        let role = admin_role(self.server, &self.admin(), &tenant).await;
        let Everybody { keeper, ordinary, .. } = self.everybody;
        self.change(&format!(
            "addTenantMember(tenantId: \"{tenant}\", entityId: \"{keeper}\", roleId: \"{role}\")"
        ))
        .await;
        self.change(&format!("addTenantMember(tenantId: \"{tenant}\", entityId: \"{ordinary}\")")).await;
        tenant
    }

    /// The person without a role.
    pub(super) fn ordinary(&self) -> &str {
        &self.everybody.ordinary
    }

    pub(super) async fn entity(&self, kind: &str) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let input = format!("{{ kind: {kind}, name: \"{name}\", tenantId: \"{tenant}\" }}");
        self.made(&format!("createEntity(input: {input})")).await
    }

    /// A certificate of a device; its id.
    pub(super) async fn certificate(&self) -> String {
        let input = format!("{{ entityId: \"{}\" }}", self.entity("device").await);
        let call = format!("issueCertificate(input: {input}) {{ certificate {{ credentialId }} }}");
        text(&self.change(&call).await["certificate"]["credentialId"])
    }

    /// A certification request.
    pub(super) fn csr(&self) -> String {
        let make =
            "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=m7 -keyout m7.key";
        guides::run(self.server, make, &[]).out
    }

    pub(super) async fn group(&self, of: &str) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let input = format!("{{ groupType: \"{of}\", name: \"{name}\", tenantId: \"{tenant}\" }}");
        self.made(&format!("createGroup(input: {input})")).await
    }

    pub(super) async fn resource(&self) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let input = format!("{{ kind: \"channel\", name: \"{name}\", tenantId: \"{tenant}\" }}");
        self.made(&format!("createResource(input: {input})")).await
    }

    pub(super) async fn role(&self) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        self.made(&format!("createRole(input: {{ name: \"{name}\", tenantId: \"{tenant}\" }})")).await
    }

    pub(super) async fn block(&self) -> String {
        let input = format!(
            "scopeMode: \"tenant\", tenantId: \"{}\", actionIds: [\"{}\"]",
            self.tenant,
            self.publish()
        );
        self.made(&format!("createPermissionBlock(input: {{ {input} }})")).await
    }

    /// The seeded action `publish`.
    pub(super) fn publish(&self) -> String {
        let seeded = atoll_policy::catalogue::ACTIONS.iter().find(|action| action.name == "publish");
        seeded.expect("publish is seeded").id.to_string()
    }

    pub(super) async fn action(&self) -> String {
        self.made(&format!("createAction(input: {{ name: \"{}\" }})", self.name())).await
    }

    pub(super) async fn profile(&self) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let input = format!(
            "objectKind: \"entity\", kind: \"device\", key: \"{name}\", displayName: \"x\", tenantId: \"{tenant}\""
        );
        self.made(&format!("createProfile(input: {{ {input} }})")).await
    }

    /// An assignment of a role to a service or a group.
    pub(super) async fn assignment(&self, kind: &str, subject: &str) -> String {
        let (role, tenant) = (self.role().await, &self.tenant);
        let input = format!(
            "roleId: \"{role}\", subjectKind: {kind}, subjectId: \"{subject}\", tenantId: \"{tenant}\""
        );
        self.made(&format!("createRoleAssignment(input: {{ {input} }})")).await
    }

    pub(super) async fn policy(&self, kind: &str, subject: &str) -> String {
        let (block, tenant) = (self.block().await, &self.tenant);
        let input = format!(
            "permissionBlockId: \"{block}\", subjectKind: {kind}, subjectId: \"{subject}\", tenantId: \"{tenant}\""
        );
        self.made(&format!("createDirectPolicy(input: {{ {input} }})")).await
    }

    /// A guardrail that overrides are asked for.
    pub(super) async fn rule(&self, decision: &str) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let input = format!(
            "entityKind: workload, actionName: \"read\", objectKind: \"resource\", objectType: \"{name}\", \
             decision: {decision}, tenantId: \"{tenant}\""
        );
        self.made(&format!("createActionAssignmentRule(input: {{ {input} }})")).await
    }

    /// An override that another administrator of the tenant asks for.
    pub(super) async fn exception(&self) -> String {
        let (rule, device) = (self.rule("require_override").await, self.entity("device").await);
        let input = format!(
            "tenantId: \"{}\", ruleId: \"{rule}\", for: entity, recipientId: \"{device}\", reason: \"x\"",
            self.tenant
        );
        let call = format!("requestGuardrailOverride(input: {{ {input} }}) {{ id }}");
        text(&self.call(&self.asker, &call).await["id"])
    }

    /// A role that the person without one asks for; what they asked for before is withdrawn.
    pub(super) async fn request(&self) -> String {
        let token = self.tokens.lock().unwrap()[1].clone();
        let before = self.asked.lock().unwrap().take();
        if let Some(before) = before {
            let withdraw = format!("mutation {{ withdrawAccessRequest(id: \"{before}\") {{ id }} }}");
            self.server.graphql(&token, &withdraw, json!({})).await;
        }
        let role = self.role().await;
        let call = format!("requestAccess(input: {{ roleId: \"{role}\", reason: \"x\" }}) {{ id }}");
        let id = text(&self.call(&token, &call).await["id"]);
        *self.asked.lock().unwrap() = Some(id.clone());
        id
    }

    pub(super) async fn draft(&self) -> String {
        let name = self.name();
        let add = format!(
            "[{{ subjectId: \"{}\", roleId: \"{}\" }}]",
            self.entity("service").await,
            self.role().await
        );
        self.made(&format!(
            "createDraft(tenantId: \"{}\", input: {{ name: \"{name}\", add: {add} }})",
            self.tenant
        ))
        .await
    }

    pub(super) async fn policy_test(&self) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let (subject, object) = (self.entity("service").await, self.resource().await);
        let input = format!(
            "tenantId: \"{tenant}\", name: \"{name}\", subjectId: \"{subject}\", action: \"read\", \
             objectKind: \"resource\", objectId: \"{object}\", may: true"
        );
        self.made(&format!("createPolicyTest(input: {{ {input} }})")).await
    }

    /// A webhook of a tenant of its own: there are not many in one.
    pub(super) async fn webhook(&self) -> String {
        let tenant = self.another_tenant().await;
        let input = format!("name: \"x\", url: \"http://127.0.0.1:9/\", tenantId: \"{tenant}\"");
        let made = self.change(&format!("createWebhook(input: {{ {input} }}) {{ id }}")).await;
        text(&made["id"])
    }

    pub(super) async fn endpoint(&self) -> String {
        let (name, tenant) = (self.name(), &self.tenant);
        let input = format!(
            "tenantId: \"{tenant}\", key: \"{name}\", name: \"x\", method: \"GET\", path: \"/api/custom/{name}\", \
             operationKind: \"query\", graphql: \"{{ health }}\""
        );
        self.made(&format!("createApiEndpoint(input: {{ {input} }})")).await
    }

    /// A device, its shared key, and the text of that.
    pub(super) async fn shared_key(&self) -> (String, String, String) {
        let device = self.entity("device").await;
        let call = format!("createSharedKey(entityId: \"{device}\", input: {{}}) {{ credentialId key }}");
        let key = self.change(&call).await;
        (device, text(&key["credentialId"]), text(&key["key"]))
    }

    /// A device and the session that it is in.
    pub(super) async fn session(&self) -> (String, String) {
        let (device, _, key) = self.shared_key().await;
        let call = "mutation($i: LoginInput!) { made: login(input: $i) { sessionId } }";
        let input = json!({ "identifier": device, "secret": key, "kind": "shared_key" });
        let session = self.server.data(NOBODY, call, json!({ "i": input })).await;
        (device, text(&session["made"]["sessionId"]))
    }

    /// A session of the person without a role.
    pub(super) async fn own_session(&self) -> String {
        let login = self.server.try_login("ordinary", SECRET).await;
        let login: Value = login.json().await.expect("JSON");
        text(&login["session_id"])
    }

    /// A scoped access token of the person without a role.
    pub(super) async fn own_token(&self) -> String {
        let token = self.tokens.lock().unwrap()[1].clone();
        let call = "createAccessToken(input: { name: \"x\", permissions: [{ actions: [\"read\"], scopeMode: \"platform\" }] }) \
                    { credentialId }";
        text(&self.call(&token, call).await["credentialId"])
    }

    /// A tenant that the person without a role is invited to.
    pub(super) async fn inviting_tenant(&self) -> String {
        let tenant = self.made(&format!("createTenant(input: {{ name: \"{}\" }})", self.name())).await;
        let input = format!("{{ inviteeUserId: \"{}\" }}", self.ordinary());
        self.made(&format!("createTenantInvitation(tenantId: \"{tenant}\", input: {input})")).await;
        tenant
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
