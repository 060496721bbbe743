//! Calls that define: profiles, custom endpoints, and how the system is.

use serde_json::json;

use super::make::Make;
use crate::jobs::given_up;

impl Make<'_> {
    pub(super) async fn defining(&self, operation: &str) -> Option<String> {
        let (tenant, name) = (self.plot.tenant, self.plot.name());
        Some(match operation {
            "systemStatus" => "systemStatus { status }".into(),
            "systemSettings" => "systemSettings { key }".into(),
            "ledgerStatus" => "ledgerStatus { holds }".into(),
            "verifyLedger" => "verifyLedger".into(),
            "auditLog" => format!("{operation}(tenantId: \"{tenant}\", revision: 1) {{ event }}"),
            "jobs" => "jobs { total }".into(),
            "retryJob" | "discardJob" => {
                format!("{operation}(id: \"{}\")", given_up(self.plant, "parcel").await)
            }
            "tenantAssignableEntities" => {
                format!("{operation}(tenantId: \"{tenant}\", q: \"name-\") {{ total }}")
            }
            "createProfile" => format!(
                "{operation}(input: {{ tenantId: \"{tenant}\", objectKind: \"entity\", kind: \"device\", key: \"{name}\", displayName: \"x\" }}) {{ id }}"
            ),
            "updateProfile" => {
                let profile = self.own_profile().await;
                format!("{operation}(id: \"{profile}\", input: {{ displayName: \"y\" }}) {{ id }}")
            }
            "createProfileVersion" => {
                let profile = self.own_profile().await;
                format!("{operation}(profileId: \"{profile}\", input: {{ version: 1 }}) {{ id }}")
            }
            "apiEndpoints" => format!("{operation} {{ items {{ id }} }}"),
            "apiEndpoint" | "enableApiEndpoint" | "disableApiEndpoint" => {
                format!("{operation}(id: \"{}\") {{ id }}", self.endpoint().await)
            }
            "apiEndpointExecutions" => {
                format!("{operation}(endpointId: \"{}\") {{ items {{ id }} }}", self.endpoint().await)
            }
            "createApiEndpoint" => format!("{operation}(input: {}) {{ id }}", self.endpoint_input()),
            "updateApiEndpoint" => {
                format!(
                    "{operation}(id: \"{}\", input: {{ name: \"{name}\" }}) {{ id }}",
                    self.endpoint().await
                )
            }
            _ => return None,
        })
    }

    async fn own_profile(&self) -> String {
        let call = Box::pin(self.defining("createProfile")).await.unwrap_or_default();
        let mutation = format!("mutation {{ made: {call} }}");
        self.plant.made(&self.plant.admin(), &mutation, json!({})).await.to_string()
    }

    fn endpoint_input(&self) -> String {
        let (tenant, name) = (self.plot.tenant, self.plot.name());
        format!(
            "{{ tenantId: \"{tenant}\", key: \"{name}\", name: \"x\", method: \"GET\", path: \"/api/custom/{name}\", operationKind: \"query\", graphql: \"{{ health }}\" }}"
        )
    }

    async fn endpoint(&self) -> String {
        let mutation =
            format!("mutation {{ made: createApiEndpoint(input: {}) {{ id }} }}", self.endpoint_input());
        self.plant.made(&self.plant.admin(), &mutation, json!({})).await.to_string()
    }
}
