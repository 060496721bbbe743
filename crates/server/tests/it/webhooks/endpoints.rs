//! Making, changing and removing endpoints, and who may.

use std::time::Duration;

use atoll_base::settings::Settings;
use serde_json::json;
use uuid::Uuid;

use super::{Answer, CREATE, LOG, ONE, Receiver, on_both_here};
use crate::harness::{on_both, on_both_with};

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_manage_a_tenant_and_read_its_audit_log_have_webhooks_in_it() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let both = plant.person_who_may("both", own, &["manage", "read"]).await;
        let manager = plant.person_who_may("manager", own, &["manage"]).await;
        let auditor = plant.person_who_may("auditor", own, &["read"]).await;
        let stranger = plant.person_who_may("stranger", other, &["manage", "read"]).await;
        let input = |tenant: Option<Uuid>| {
            json!({ "i": { "tenantId": tenant, "name": "hook", "url": receiver.url() } })
        };
        for caller in [&manager, &auditor, &stranger] {
            assert_eq!(plant.refusal(caller, CREATE, input(Some(own))).await, "forbidden");
        }
        assert_eq!(plant.refusal(&plant.nobody(), CREATE, input(Some(own))).await, "missing authentication");
        assert_eq!(plant.refusal(&both, CREATE, input(None)).await, "forbidden");
        let id = plant.made(&both, CREATE, input(Some(own))).await;
        let operations = [
            ONE,
            LOG,
            "mutation($id: ID!) { updateWebhook(id: $id, input: { name: \"x\" }) { id } }",
            "mutation($id: ID!) { pauseWebhook(id: $id) { id } }",
            "mutation($id: ID!) { resumeWebhook(id: $id) { id } }",
            "mutation($id: ID!) { rotateWebhookSecret(id: $id, overlapSecs: 0) { id } }",
            "mutation($id: ID!) { replayWebhook(id: $id, fromRevision: 1) { id } }",
            "mutation($id: ID!) { deleteWebhook(id: $id) }",
        ];
        for operation in operations {
            for caller in [&manager, &auditor, &stranger] {
                assert_eq!(plant.refusal(caller, operation, json!({ "id": id })).await, "forbidden", "{operation}");
            }
            // One that is not there looks the same to a stranger.
            let nothing = json!({ "id": Uuid::from_u128(404) });
            assert_eq!(plant.refusal(&stranger, operation, nothing).await, "forbidden", "{operation}");
            plant.data(&both, operation, json!({ "id": id })).await;
        }
        let gone = plant.refusal(&plant.admin(), ONE, json!({ "id": id })).await;
        assert_eq!(gone, format!("webhook {id} not found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_of_a_stranger_cannot_be_retried() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        receiver.answer([Answer::Status(500); 9]);
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        let (id, _) = plant.webhook(Some(own), &receiver.url(), &["entity.*"]).await;
        plant.happen(own, "one").await;
        for _ in 0..9 {
            plant.deliver().await;
            plant.until_next_attempt().await;
        }
        let dead = plant.webhook_log(id, Some("dead")).await[0]["id"].clone();
        let stranger = plant.person_who_may("stranger", other, &["manage", "read"]).await;
        let retry = "mutation($id: ID!) { retryWebhookDelivery(id: $id) { status } }";
        assert_eq!(plant.refusal(&stranger, retry, json!({ "id": dead })).await, "forbidden");
        let again = plant.data(&plant.admin(), retry, json!({ "id": dead })).await;
        assert_eq!(again["retryWebhookDelivery"]["status"], "waiting");
        let text = plant.refusal(&plant.admin(), retry, json!({ "id": dead })).await;
        assert_eq!(text, "only deliveries that were given up can be retried");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_shown_once_and_are_nowhere_else() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, secret) = plant.webhook(Some(tenant), &receiver.url(), &[]).await;
        let rotate = "mutation($id: ID!) { rotateWebhookSecret(id: $id) { secret } }";
        let rotated = plant.data(&plant.admin(), rotate, json!({ "id": id })).await;
        let new = rotated["rotateWebhookSecret"]["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("whsec_") && new.starts_with("whsec_") && new != secret);
        plant.change(&plant.admin(), "updateWebhook(id: $id, input: { name: \"x\" }) { id }", id).await;
        plant.deliver().await;
        let logs =
            "query($t: ID) { auditLogs(tenantId: $t, limit: 200) { items { event details before after } } }";
        let logs = plant.data(&plant.admin(), logs, json!({ "t": tenant })).await.to_string();
        assert!(logs.contains("webhook.secret.rotate") && logs.contains("webhook.update"));
        let sent: String =
            receiver.got().iter().map(|got| String::from_utf8_lossy(&got.body).into_owned()).collect();
        assert!(sent.contains("webhook.create"));
        for text in [logs, sent, plant.webhook_now(id).await.to_string()] {
            let key = |secret: &str| secret["whsec_".len()..].to_owned();
            assert!(!text.contains(&key(&secret)) && !text.contains(&key(&new)), "{text}");
        }
        // The query of a URL may hold a token of the receiver's: the ledger does not keep it.
        let logs =
            "query($t: ID) { auditLogs(tenantId: $t, limit: 200) { items { event details before after } } }";
        let logs = plant.data(&plant.admin(), logs, json!({ "t": tenant })).await.to_string();
        assert!(!logs.contains("of-the-receiver"), "{logs}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_both_secrets_sign_for_a_while() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, old) = plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        let rotate =
            "mutation($id: ID!, $o: Int) { rotateWebhookSecret(id: $id, overlapSecs: $o) { secret } }";
        let rotated = plant.data(&plant.admin(), rotate, json!({ "id": id, "o": 3600 })).await;
        let new = rotated["rotateWebhookSecret"]["secret"].as_str().unwrap().to_owned();
        plant.happen(tenant, "one").await;
        plant.deliver().await;
        let got = receiver.take().remove(0);
        assert_eq!(got.signatures.len(), 2);
        assert!(got.is_signed_with(&old) && got.is_signed_with(&new));
        let text = plant.refusal(&plant.admin(), rotate, json!({ "id": id })).await;
        assert_eq!(text, "the secret was rotated a moment ago; rotate with overlapSecs 0 to end the overlap");
        plant.later(Duration::from_secs(3601)).await;
        plant.happen(tenant, "two").await;
        plant.deliver().await;
        let got = receiver.take().remove(0);
        assert!(!got.is_signed_with(&old) && got.is_signed_with(&new) && got.signatures.len() == 1);
        // A secret that leaked is ended at once.
        let rotated = plant.data(&plant.admin(), rotate, json!({ "id": id, "o": 0 })).await;
        let last = rotated["rotateWebhookSecret"]["secret"].as_str().unwrap().to_owned();
        plant.happen(tenant, "three").await;
        plant.deliver().await;
        let got = receiver.take().remove(0);
        assert!(!got.is_signed_with(&new) && got.is_signed_with(&last) && got.signatures.len() == 1);
        let text = plant.refusal(&plant.admin(), rotate, json!({ "id": id, "o": 604_801 })).await;
        assert_eq!(text, "overlapSecs must be from 0 to 604800");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn urls_that_lead_inside_are_refused() {
    on_both(async |plant| {
        let tenant = plant.tenant("plant-a").await;
        let refused = async |url: &str| {
            let input = json!({ "i": { "tenantId": tenant, "name": "hook", "url": url } });
            plant.refusal(&plant.admin(), CREATE, input).await
        };
        assert_eq!(refused("http://hooks.example.com/").await, "url must use https");
        assert_eq!(
            refused("https://me:pw@hooks.example.com/").await,
            "url must not hold a user name or password"
        );
        assert_eq!(refused("https://hooks.example.com:22/").await, "url has a port that may not be called");
        for inside in
            ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://10.0.0.1/"]
        {
            let text = refused(inside).await;
            assert_eq!(text, "the host does not resolve to an address that may be called", "{inside}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_inside_is_never_connected_to() {
    let settings = Settings { outbound_plain_http: true, ..Settings::for_tests() };
    on_both_with(settings, async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, _) = plant.webhook(Some(tenant), &receiver.named_url(), &[]).await;
        plant.deliver().await;
        let webhook = plant.webhook_now(id).await;
        assert_eq!(webhook["lastError"], "the host does not resolve to an address that may be called");
        assert!(receiver.got().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_are_bounded_and_filters_are_checked() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let input =
            json!({ "i": { "tenantId": tenant, "name": "x", "url": receiver.url(), "events": ["a*"] } });
        let text = plant.refusal(&plant.admin(), CREATE, input).await;
        assert_eq!(
            text,
            "events must be names such as entity.create, beginnings such as entity.*, or *; not 'a*'"
        );
        for _ in 0..20 {
            plant.webhook(Some(tenant), &receiver.url(), &[]).await;
        }
        let input = json!({ "i": { "tenantId": tenant, "name": "x", "url": receiver.url() } });
        assert_eq!(plant.refusal(&plant.admin(), CREATE, input).await, "a tenant has at most 20 webhooks");
        let purge = "mutation($id: ID!) { deleteTenant(id: $id) purgeTenant(id: $id) }";
        plant.data(&plant.admin(), purge, json!({ "id": tenant })).await;
        let list = "query($t: ID) { webhooks(tenantId: $t) { total } }";
        let left = plant.data(&plant.admin(), list, json!({ "t": tenant })).await;
        assert_eq!(left["webhooks"]["total"], 0, "webhooks go with their tenant");
    })
    .await;
}
