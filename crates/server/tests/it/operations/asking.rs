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
            "requestAccess" => {
                format!("{operation}(input: {{ roleId: \"{}\", reason: \"x\" }}) {{ id }}", self.role().await)
            }
            "approveAccessRequest" | "denyAccessRequest" | "withdrawAccessRequest" => {
                format!("{operation}(id: \"{}\") {{ id }}", self.request().await)
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

    /// A person of the tenant asks for a role.
    async fn request(&self) -> Uuid {
        let person = self.entity("human").await;
        let call = "mutation($r: ID!) { made: requestAccess(input: { roleId: $r, reason: \"x\" }) { id } }";
        let caller = self.plant.caller(person, Some(self.plot.tenant));
        self.plant.made(&caller, call, json!({ "r": self.role().await })).await
    }
}
