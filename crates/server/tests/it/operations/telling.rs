//! Calls about the audit log's keeping and about webhooks.

use serde_json::json;
use uuid::Uuid;

use super::make::Make;

impl Make<'_> {
    pub(super) async fn telling(&self, operation: &str) -> Option<String> {
        let tenant = self.plot.tenant;
        Some(match operation {
            "auditRetention" => "auditRetention { enabled }".into(),
            "webhooks" => format!("webhooks(tenantId: \"{tenant}\") {{ items {{ id }} }}"),
            "webhook" => format!("webhook(id: \"{}\") {{ id }}", self.webhook().await),
            "webhookDeliveries" => {
                format!("webhookDeliveries(webhookId: \"{}\") {{ items {{ id }} }}", self.webhook().await)
            }
            "createWebhook" => self.new_webhook(),
            "updateWebhook" => {
                format!("{operation}(id: \"{}\", input: {{ name: \"x\" }}) {{ id }}", self.webhook().await)
            }
            "deleteWebhook" => format!("{operation}(id: \"{}\")", self.webhook().await),
            "pauseWebhook" | "resumeWebhook" => {
                format!("{operation}(id: \"{}\") {{ id }}", self.webhook().await)
            }
            "rotateWebhookSecret" => {
                format!("{operation}(id: \"{}\", overlapSecs: 0) {{ id }}", self.webhook().await)
            }
            "replayWebhook" => {
                format!("{operation}(id: \"{}\", fromRevision: 1) {{ id }}", self.webhook().await)
            }
            // One that was given up takes hours; what is not there is told to nobody but the platform.
            "retryWebhookDelivery" => format!("{operation}(id: \"{}\") {{ id }}", Uuid::from_u128(404)),
            _ => return None,
        })
    }

    fn new_webhook(&self) -> String {
        let (tenant, name) = (self.plot.tenant, self.plot.name());
        format!(
            "createWebhook(input: {{ tenantId: \"{tenant}\", name: \"{name}\", url: \"https://hooks.example.com/\" }}) {{ id }}"
        )
    }

    /// A webhook of the tenant: there are not many.
    async fn webhook(&self) -> String {
        let list = "query($t: ID) { webhooks(tenantId: $t) { items { id } } }";
        let found = self.plant.data(&self.plant.admin(), list, json!({ "t": self.plot.tenant })).await;
        match found["webhooks"]["items"][0]["id"].as_str() {
            Some(id) => id.to_owned(),
            None => {
                let made = format!("mutation {{ made: {} }}", self.new_webhook());
                self.plant.made(&self.plant.admin(), &made, json!({})).await.to_string()
            }
        }
    }
}
