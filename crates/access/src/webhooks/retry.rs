//! Trying once more what was given up.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result, ledger};
use uuid::Uuid;

use super::admit::{RULE, admit};
use super::deliveries::{self, Delivery, DeliveryState};
use super::model::WebhookFault;
use super::{find, store};
use crate::tenancy::{self, absent};

/// Puts a delivery that was given up before everything else that the endpoint is to be told.
pub async fn retry(ctx: &Ctx, id: Uuid) -> Result<Delivery> {
    ctx.signed_in()?;
    let found = deliveries::store::find(&ctx.reader(), id).await?;
    let delivery = found.ok_or_else(|| absent(ctx, "webhook delivery", id, &RULE))?;
    let webhook = find::known(ctx, delivery.webhook).await?;
    let allowed = admit(ctx, &webhook)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, webhook.tenant).await?;
    let mut webhook =
        store::lock(&tx, webhook.id).await?.ok_or_else(|| Common::not_found("webhook", webhook.id))?;
    let found = deliveries::store::find(tx.conn(), id).await?;
    let mut delivery = found.ok_or_else(|| Common::not_found("webhook delivery", id))?;
    if delivery.state != DeliveryState::Dead {
        return Err(WebhookFault::NotDead.into());
    }
    ledger::retention::still_follows(tx.conn(), webhook.stream(), delivery.revision - 1).await?;
    delivery.state = DeliveryState::Waiting;
    deliveries::store::save(&tx, &allowed, &delivery).await?;
    webhook.next_at = ctx.now();
    store::start_again(&tx, &allowed, &webhook).await?;
    let event = Event::new("webhook.delivery.retry").on("webhook", webhook.id).of(webhook.tenant);
    tx.record(&allowed, event.detail("delivery_id", id.to_string()).detail("revision", delivery.revision));
    tx.commit().await?;
    Ok(delivery)
}
