//! Calls that ask: searches, comparisons, requests for roles.

use atoll_base::decisions::RevisionToken;
use serde_json::json;
use uuid::Uuid;

use super::make::Make;

impl Make<'_> {
    pub(super) async fn asking(&self, operation: &str) -> Option<String> {
        let tenant = self.plot.tenant;
        Some(match operation {
            "accessDifference" => {
                let world = self.plant.ground().decisions().world().unwrap();
                let from = RevisionToken::of(&world, [tenant]);
                format!("{operation}(tenantId: \"{tenant}\", from: \"{from}\") {{ complete }}")
            }
            "accessRequests" => format!("{operation}(tenantId: \"{tenant}\") {{ total }}"),
            "tenantInvitations" => format!("{operation}(tenantId: \"{tenant}\") {{ total }}"),
            "myTenantInvitations" => format!("{operation} {{ total }}"),
            "createTenantInvitation" => format!(
                "{operation}(tenantId: \"{tenant}\", input: {{ inviteeEmail: \"{}@example.com\" }}) {{ id }}",
                self.plot.name()
            ),
            "acceptTenantInvitation" | "rejectTenantInvitation" => {
                self.invitation().await;
                format!("{operation}(tenantId: \"{tenant}\")")
            }
            "acceptTenantInvitationToken" => {
                let token = format!("atomi_{}_{}", self.invitation().await.simple(), "0".repeat(64));
                format!("{operation}(input: {{ token: \"{token}\" }})")
            }
            "revokeTenantInvitation" => {
                let invitation = self.invitation().await;
                format!("{operation}(tenantId: \"{tenant}\", invitationId: \"{invitation}\")")
            }
            "signup" => {
                let name = self.plot.name();
                let input = format!(
                    "{{ name: \"{name}\", email: \"{name}@example.com\", password: \"correct horse battery\" }}"
                );
                format!("{operation}(input: {input}) {{ email }}")
            }
            "decisionLog" | "drafts" | "policyTests" => {
                format!("{operation}(tenantId: \"{tenant}\") {{ total }}")
            }
            "runPolicyTests" => format!("{operation}(tenantId: \"{tenant}\") {{ failed }}"),
            "gatePolicyTests" => format!("{operation}(tenantId: \"{tenant}\", on: false)"),
            "createPolicyTest" => {
                format!("{operation}(input: {}) {{ id }}", self.policy_test().await)
            }
            "deletePolicyTest" => {
                let call = format!("createPolicyTest(input: {}) {{ id }}", self.policy_test().await);
                format!("{operation}(id: \"{}\")", self.made_by_admin(&call).await)
            }
            "createDraft" => {
                format!("{operation}(tenantId: \"{tenant}\", input: {}) {{ id }}", self.draft_input().await)
            }
            "updateDraft" => {
                let (draft, input) = (self.draft().await, self.draft_input().await);
                format!("{operation}(id: \"{draft}\", input: {input}) {{ id }}")
            }
            "draft" | "applyDraft" => format!("{operation}(id: \"{}\") {{ id }}", self.draft().await),
            "draftImpact" => format!("{operation}(id: \"{}\") {{ complete }}", self.draft().await),
            "draftReport" => format!("{operation}(id: \"{}\") {{ asked }}", self.draft().await),
            "shadowDraft" => format!("{operation}(id: \"{}\", on: false) {{ id }}", self.draft().await),
            "deleteDraft" => format!("{operation}(id: \"{}\")", self.draft().await),
            "requestAccess" => {
                format!("{operation}(input: {{ roleId: \"{}\", reason: \"x\" }}) {{ id }}", self.role().await)
            }
            "approveAccessRequest" | "denyAccessRequest" | "withdrawAccessRequest" => {
                format!("{operation}(id: \"{}\") {{ id }}", self.request().await)
            }
            "guardrailOverrides" => format!("{operation}(tenantId: \"{tenant}\") {{ total }}"),
            "requestGuardrailOverride" => {
                let (rule, device) = (self.strict_rule().await, self.entity("device").await);
                format!(
                    "{operation}(input: {{ tenantId: \"{tenant}\", ruleId: \"{rule}\", for: entity, recipientId: \"{device}\", reason: \"x\" }}) {{ id }}"
                )
            }
            "approveGuardrailOverride" | "denyGuardrailOverride" | "withdrawGuardrailOverride" => {
                format!("{operation}(id: \"{}\") {{ id }}", self.exception().await)
            }
            "authzSearchActions" => {
                let (subject, object) = (self.entity("device").await, self.resource().await);
                format!(
                    "{operation}(input: {{ subjectId: \"{subject}\", resourceId: \"{object}\" }}) {{ items }}"
                )
            }
            "authzSearchObjects" => format!(
                "{operation}(input: {{ subjectId: \"{}\", action: \"publish\", objectKind: \"resource\", tenantId: \"{tenant}\" }}) {{ items {{ id }} }}",
                self.entity("device").await
            ),
            "authzSearchSubjects" => format!(
                "{operation}(input: {{ action: \"publish\", resourceId: \"{}\" }}) {{ items {{ id }} }}",
                self.resource().await
            ),
            _ => return None,
        })
    }

    /// A draft that gives somebody of the tenant a role.
    async fn draft(&self) -> Uuid {
        let (tenant, input) = (self.plot.tenant, self.draft_input().await);
        self.made_by_admin(&format!("createDraft(tenantId: \"{tenant}\", input: {input}) {{ id }}")).await
    }

    async fn draft_input(&self) -> String {
        let (subject, role) = (self.entity("service").await, self.role().await);
        format!("{{ name: \"x\", add: [{{ subjectId: \"{subject}\", roleId: \"{role}\" }}] }}")
    }

    /// An address is invited into the tenant.
    async fn invitation(&self) -> Uuid {
        let (tenant, name) = (self.plot.tenant, self.plot.name());
        let call = format!(
            "createTenantInvitation(tenantId: \"{tenant}\", input: {{ inviteeEmail: \"{name}@example.com\" }}) {{ id }}"
        );
        self.made_by_admin(&call).await
    }

    async fn policy_test(&self) -> String {
        let (tenant, name) = (self.plot.tenant, self.plot.name());
        let (subject, object) = (self.entity("service").await, self.resource().await);
        format!(
            "{{ tenantId: \"{tenant}\", name: \"{name}\", subjectId: \"{subject}\", action: \"read\", objectKind: \"resource\", objectId: \"{object}\", may: true }}"
        )
    }

    async fn made_by_admin(&self, call: &str) -> Uuid {
        self.plant.made(&self.plant.admin(), &format!("mutation {{ made: {call} }}"), json!({})).await
    }

    /// A guardrail of the tenant that requires overrides.
    async fn strict_rule(&self) -> Uuid {
        let call = "mutation($t: ID!, $n: String!) { made: createActionAssignmentRule(input: { tenantId: $t, \
            entityKind: workload, actionName: \"read\", objectKind: \"resource\", objectType: $n, \
            decision: require_override }) { id } }";
        let variables = json!({ "t": self.plot.tenant, "n": self.plot.name() });
        self.plant.made(&self.plant.admin(), call, variables).await
    }

    /// Somebody who gives things in the tenant asks for an override.
    async fn exception(&self) -> Uuid {
        let tenant = self.plot.tenant;
        let (rule, device) = (self.strict_rule().await, self.entity("device").await);
        let giver = self.plant.person_who_may(&self.plot.name(), tenant, &["policy.manage"]).await;
        let call = "mutation($i: RequestGuardrailOverrideInput!) { made: requestGuardrailOverride(input: $i) { id } }";
        let input = json!({ "i": { "tenantId": tenant, "ruleId": rule, "for": "entity", "recipientId": device,
            "reason": "x" } });
        self.plant.made(&giver, call, input).await
    }

    /// A person of the tenant asks for a role.
    async fn request(&self) -> Uuid {
        let person = self.entity("human").await;
        let call = "mutation($r: ID!) { made: requestAccess(input: { roleId: $r, reason: \"x\" }) { id } }";
        let caller = self.plant.caller(person, Some(self.plot.tenant));
        self.plant.made(&caller, call, json!({ "r": self.role().await })).await
    }
}
