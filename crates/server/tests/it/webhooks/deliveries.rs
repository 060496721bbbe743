//! What receivers get, when, and how often.

use std::time::Duration;

use atoll_access::audit::retention;
use atoll_base::keeper;
use serde_json::json;

use super::{Answer, Receiver, on_both_here};
use crate::harness::ADMIN;

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_in_order_signed_and_only_where_it_is_wanted() {
    on_both_here(async |plant| {
        let (receiver, platform) = (Receiver::listen().await, Receiver::listen().await);
        let (own, other) = (plant.tenant("plant-a").await, plant.tenant("plant-b").await);
        plant.happen(own, "before").await;
        let (id, secret) = plant.webhook(Some(own), &receiver.url(), &["entity.*", "group.create"]).await;
        plant.webhook(None, &platform.url(), &["tenant.*"]).await;
        let device = plant.happen(own, "one").await;
        plant.happen(other, "not-ours").await;
        plant.group("object", "hall", Some(own)).await;
        plant.role("reader", Some(own), &[]).await;
        plant.change(&plant.admin(), "updateEntity(id: $id, input: { name: \"uno\" }) { id }", device).await;
        plant.deliver().await;
        let got = receiver.take();
        let events: Vec<_> = got.iter().map(|got| got.event()).collect();
        assert_eq!(events, ["entity.create", "group.create", "entity.update"]);
        assert!(got.windows(2).all(|two| two[0].revision() < two[1].revision()));
        for message in &got {
            assert!(message.is_signed_with(&secret), "{message:?}");
            assert_eq!(message.signatures.len(), 1);
        }
        let first = got[0].json();
        let data = &first["data"];
        assert_eq!((&data["targetId"], &data["actorEntityId"]), (&json!(device), &json!(ADMIN)));
        assert_eq!((&data["tenantId"], &data["outcome"]), (&json!(own), &json!("allow")));
        assert_eq!(data["after"]["name"], "one");
        assert_eq!(first["timestamp"], data["createdAt"]);
        let webhook = plant.webhook_now(id).await;
        assert_eq!((&webhook["attempts"], &webhook["lastError"]), (&json!(0), &json!(null)));
        let log = plant.webhook_log(id, None).await;
        assert_eq!(log.len(), 3);
        assert_eq!((&log[0]["status"], &log[0]["responseStatus"]), (&json!("delivered"), &json!(200)));
        assert!(log[0]["response"].as_str().unwrap().len() <= 256, "only the beginning of an answer is kept");
        plant.deliver().await;
        assert!(receiver.take().is_empty(), "once is enough");
        // The platform's own events are another stream.
        let told = platform.take();
        assert!(told.iter().all(|got| got.json()["data"]["tenantId"].is_null()), "{told:?}");
        assert_ne!(log[0]["messageId"], log[1]["messageId"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_receiver_is_tried_again_in_order_and_then_given_up() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, secret) = plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        plant.happen(tenant, "one").await;
        plant.happen(tenant, "two").await;
        receiver.answer([Answer::Status(500), Answer::Elsewhere, Answer::Later(1800)]);
        plant.deliver().await;
        let first = receiver.take().remove(0);
        plant.deliver().await;
        assert!(receiver.take().is_empty(), "not before its time");
        plant.later(Duration::from_secs(7)).await;
        plant.deliver().await;
        let second = receiver.take();
        assert_eq!(second.len(), 1, "the next event waits");
        assert_eq!((&second[0].id, &second[0].body), (&first.id, &first.body));
        assert!(second[0].timestamp > first.timestamp && second[0].is_signed_with(&secret));
        plant.later(Duration::from_secs(40)).await;
        plant.deliver().await;
        assert_eq!(receiver.take().len(), 1);
        // It asked for half an hour.
        plant.later(Duration::from_secs(600)).await;
        plant.deliver().await;
        assert!(receiver.take().is_empty());
        receiver.always(Some(Answer::Status(400)));
        for _ in 0..6 {
            plant.until_next_attempt().await;
            plant.deliver().await;
        }
        let last: Vec<_> = receiver.take();
        assert_eq!(last.iter().filter(|got| got.id == first.id).count(), 6, "nine attempts in all");
        let dead = plant.webhook_log(id, Some("dead")).await;
        assert_eq!(dead.len(), 1);
        assert_eq!(
            (&dead[0]["attempt"], &dead[0]["error"]),
            (&json!(9), &json!("the receiver answered 400"))
        );
        assert_eq!(dead[0]["messageId"], json!(first.id));
        // The next event goes on, and what was given up can be tried again under the same id.
        receiver.always(None);
        plant.until_next_attempt().await;
        plant.deliver().await;
        assert_eq!(receiver.take().last().unwrap().json()["data"]["after"]["name"], "two");
        let retry = "retryWebhookDelivery(id: $id) { id }";
        plant.change(&plant.admin(), retry, dead[0]["id"].as_str().unwrap().parse().unwrap()).await;
        plant.deliver().await;
        let again = receiver.take();
        assert_eq!((again.len(), &again[0].id), (1, &first.id));
        assert!(plant.webhook_log(id, Some("dead")).await.is_empty());
        let events = "query($t: ID) { auditLogs(tenantId: $t, event: \"webhook.delivery.dead\") { total } }";
        assert_eq!(plant.data(&plant.admin(), events, json!({ "t": tenant })).await["auditLogs"]["total"], 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_or_fails_for_days_is_told_nothing_until_somebody_resumes_it() {
    on_both_here(async |plant| {
        let (gone, failing) = (Receiver::listen().await, Receiver::listen().await);
        let tenant = plant.tenant("plant-a").await;
        let (first, _) = plant.webhook(Some(tenant), &gone.url(), &["entity.*"]).await;
        let (second, _) = plant.webhook(Some(tenant), &failing.url(), &["entity.*"]).await;
        gone.answer([Answer::Status(410)]);
        failing.always(Some(Answer::Status(500)));
        plant.happen(tenant, "one").await;
        plant.deliver().await;
        assert_eq!(plant.webhook_now(first).await["status"], "disabled");
        assert_eq!(plant.webhook_now(second).await["status"], "active");
        for _ in 0..2 {
            plant.later(Duration::from_secs(3 * 86_400)).await;
            plant.deliver().await;
        }
        assert_eq!(plant.webhook_now(second).await["status"], "disabled");
        let events =
            "query($t: ID) { auditLogs(tenantId: $t, event: \"webhook.disable\") { items { details } } }";
        let events = plant.data(&plant.admin(), events, json!({ "t": tenant })).await.to_string();
        assert!(events.contains("the receiver is gone") && events.contains("five days"), "{events}");
        gone.take();
        plant.deliver().await;
        assert!(gone.take().is_empty());
        plant.change(&plant.admin(), "resumeWebhook(id: $id) { id }", first).await;
        plant.deliver().await;
        assert_eq!(gone.events(), ["entity.create"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_webhook_and_one_of_a_frozen_tenant_wait() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, _) = plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        plant.change(&plant.admin(), "pauseWebhook(id: $id) { id }", id).await;
        plant.happen(tenant, "one").await;
        plant.deliver().await;
        assert!(receiver.take().is_empty());
        plant.change(&plant.admin(), "resumeWebhook(id: $id) { id }", id).await;
        plant.deliver().await;
        assert_eq!(receiver.events(), ["entity.create"]);
        plant.happen(tenant, "two").await;
        plant.change(&plant.admin(), "freezeTenant(id: $id) { id }", tenant).await;
        plant.deliver().await;
        assert!(receiver.take().is_empty());
        plant.change(&plant.admin(), "enableTenant(id: $id) { id }", tenant).await;
        plant.later(Duration::from_secs(61)).await;
        plant.deliver().await;
        assert_eq!(receiver.events(), ["entity.create"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_the_same_again_under_the_same_ids() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        plant.happen(tenant, "before").await;
        let (id, _) = plant.webhook(Some(tenant), &receiver.url(), &["entity.create"]).await;
        plant.happen(tenant, "one").await;
        plant.happen(tenant, "two").await;
        plant.deliver().await;
        let told = receiver.take();
        assert_eq!(told.len(), 2);
        let replay =
            "mutation($id: ID!, $r: Int!) { replayWebhook(id: $id, fromRevision: $r) { toldRevision } }";
        plant.data(&plant.admin(), replay, json!({ "id": id, "r": told[0].revision() })).await;
        plant.deliver().await;
        let again = receiver.take();
        let ids = |got: &[super::receiver::Got]| got.iter().map(|got| got.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&again), ids(&told));
        plant.data(&plant.admin(), replay, json!({ "id": id, "r": 1 })).await;
        plant.deliver().await;
        assert_eq!(receiver.take().len(), 3, "also what was before it was made");
        for wrong in [0, 1_000_000] {
            let text = plant.refusal(&plant.admin(), replay, json!({ "id": id, "r": wrong })).await;
            assert!(text.starts_with("fromRevision must be from 1 to "), "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_before_it_was_told_is_said_to_be_lost() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, _) = plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        plant.change(&plant.admin(), "pauseWebhook(id: $id) { id }", id).await;
        plant.happen(tenant, "lost").await;
        plant.later(Duration::from_secs(366 * 86_400)).await;
        plant.happen(tenant, "kept").await;
        retention::remove_old(plant.ground()).await.unwrap();
        plant.change(&plant.admin(), "resumeWebhook(id: $id) { id }", id).await;
        plant.deliver().await;
        let told = receiver.take();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].json()["data"]["after"]["name"], "kept");
        let lost =
            "query($t: ID) { auditLogs(tenantId: $t, event: \"webhook.events_lost\") { items { details } } }";
        let lost =
            plant.data(&plant.admin(), lost, json!({ "t": tenant })).await["auditLogs"]["items"].take();
        assert_eq!(lost.as_array().unwrap().len(), 1, "{lost}");
        assert!(lost[0]["details"]["to_revision"].as_i64().unwrap() < told[0].revision(), "{lost}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_forgotten_after_thirty_days() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        let (id, _) = plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        for name in ["one", "two"] {
            plant.happen(tenant, name).await;
            plant.deliver().await;
            plant.later(Duration::from_secs(20 * 86_400)).await;
        }
        keeper::forget(plant.ground(), &atoll_access::over()).await;
        let log = plant.webhook_log(id, None).await;
        assert_eq!(log.len(), 1, "{log:?}");
        assert_eq!(log[0]["messageId"], json!(receiver.take()[1].id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_does_not_keep_others_waiting() {
    on_both_here(async |plant| {
        let (slow, fast) = (Receiver::listen().await, Receiver::listen().await);
        let tenant = plant.tenant("plant-a").await;
        plant.webhook(Some(tenant), &slow.url(), &["entity.*"]).await;
        plant.webhook(Some(tenant), &fast.url(), &["entity.*"]).await;
        slow.always(Some(Answer::After(Duration::from_secs(5))));
        for name in ["one", "two", "three"] {
            plant.happen(tenant, name).await;
        }
        let deliverer = plant.deliverer();
        let round = tokio::spawn(async move { deliverer.round().await });
        let deadline = tokio::time::Instant::now() + Duration::from_secs(4);
        while (fast.got().len() < 3 || slow.got().is_empty()) && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!((fast.got().len(), slow.got().len()), (3, 1));
        // Meanwhile its turn is nobody else's.
        plant.deliver().await;
        assert_eq!(slow.got().len(), 1);
        round.abort();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_between_sending_and_marking_leads_to_the_same_message_again() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        plant.happen(tenant, "one").await;
        receiver.answer([Answer::After(Duration::from_secs(30))]);
        let deliverer = plant.deliverer();
        let round = tokio::spawn(async move { deliverer.round().await });
        while receiver.got().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        round.abort();
        let _ = round.await;
        plant.deliver().await;
        assert_eq!(receiver.got().len(), 1, "the lease still holds");
        plant.later(Duration::from_secs(91)).await;
        plant.deliver().await;
        let got = receiver.take();
        assert_eq!(got.len(), 2);
        assert_eq!((&got[0].id, &got[0].body), (&got[1].id, &got[1].body));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_tell_each_event_once() {
    on_both_here(async |plant| {
        let receiver = Receiver::listen().await;
        let tenant = plant.tenant("plant-a").await;
        for _ in 0..3 {
            plant.webhook(Some(tenant), &receiver.url(), &["entity.*"]).await;
        }
        for name in ["one", "two", "three", "four", "five"] {
            plant.happen(tenant, name).await;
        }
        let (one, other) = (plant.deliverer(), plant.deliverer());
        let (one, other) = tokio::join!(one.round(), other.round());
        assert!(one.is_ok() && other.is_ok());
        plant.deliver().await;
        let mut ids: Vec<_> = receiver.take().into_iter().map(|got| got.id).collect();
        assert_eq!(ids.len(), 15);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 15);
    })
    .await;
}
