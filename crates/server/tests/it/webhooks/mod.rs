//! Webhooks: told in order, at least once, by one process at a time, and nobody but those who answer for a tenant makes them.

mod deliveries;
mod endpoints;
mod receiver;

use std::sync::Arc;
use std::time::Duration;

use atoll_access::webhooks::Deliverer;
use atoll_base::ctx::Ctx;
use atoll_base::settings::{Destination, Settings};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Plant, on_both_with};
pub use receiver::{Answer, Receiver};

const CREATE: &str = "mutation($i: CreateWebhookInput!) { made: createWebhook(input: $i) { id secret } }";
const ONE: &str =
    "query($id: ID!) { webhook(id: $id) { id status toldRevision attempts failingSince lastError url
    oldSecretUntil nextAttemptAt events name lastSuccessAt } }";
const LOG: &str = "query($id: ID!, $s: WebhookDeliveryStatus) { log: webhookDeliveries(webhookId: $id, status: $s,
    limit: 100) { total items { id revision event messageId status attempt responseStatus response error } } }";

/// Receivers on this machine may be called.
fn here() -> Settings {
    let network = Destination::Network("127.0.0.0/8".parse().unwrap());
    Settings { outbound_allow: vec![network], outbound_plain_http: true, ..Settings::for_tests() }
}

async fn on_both_here(test: impl AsyncFn(Plant)) {
    on_both_with(here(), test).await;
}

impl Plant {
    fn deliverer(&self) -> Arc<Deliverer> {
        Deliverer::new(self.ground().clone()).expect("a deliverer")
    }

    /// Tells what there is to tell now.
    async fn deliver(&self) {
        self.deliverer().round().await.expect("a round");
    }

    /// A webhook of a tenant; its id and secret.
    async fn webhook(&self, tenant: Option<Uuid>, url: &str, events: &[&str]) -> (Uuid, String) {
        let input = json!({ "i": { "tenantId": tenant, "name": "hook", "url": url, "events": events } });
        let made = self.data(&self.admin(), CREATE, input).await["made"].take();
        (made["id"].as_str().unwrap().parse().unwrap(), made["secret"].as_str().unwrap().to_owned())
    }

    async fn webhook_now(&self, id: Uuid) -> Value {
        self.data(&self.admin(), ONE, json!({ "id": id })).await["webhook"].take()
    }

    async fn webhook_log(&self, id: Uuid, status: Option<&str>) -> Vec<Value> {
        let log = self.data(&self.admin(), LOG, json!({ "id": id, "s": status })).await;
        log["log"]["items"].as_array().unwrap().clone()
    }

    /// Something happens in the tenant: `entity.create`.
    async fn happen(&self, tenant: Uuid, name: &str) -> Uuid {
        self.entity("device", name, Some(tenant)).await
    }

    async fn change(&self, ctx: &Ctx, field: &str, id: Uuid) -> Value {
        let document = format!("mutation($id: ID!) {{ {field} }}");
        self.data(ctx, &document, json!({ "id": id })).await
    }

    /// Long enough for the next attempt.
    async fn until_next_attempt(&self) {
        self.later(Duration::from_secs(6 * 3600)).await;
    }
}
