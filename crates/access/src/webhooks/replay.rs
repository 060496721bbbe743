//! Telling an endpoint again.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result, ledger};
use uuid::Uuid;

use super::admit::admit;
use super::model::{Webhook, WebhookFault};
use super::{find, store};
use crate::tenancy;

/// Tells it everything from a revision on once more, under the same message ids.
pub async fn replay(ctx: &Ctx, id: Uuid, from: i64) -> Result<Webhook> {
    let known = find::known(ctx, id).await?;
    let allowed = admit(ctx, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut webhook = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("webhook", id))?;
    let head = ledger::head(tx.conn(), webhook.stream()).await?;
    if !(1..=head).contains(&from) {
        return Err(WebhookFault::Revision(head).into());
    }
    ledger::retention::still_follows(tx.conn(), webhook.stream(), from - 1).await?;
    let before = webhook.told;
    webhook.told = from - 1;
    webhook.attempts = 0;
    webhook.next_at = ctx.now();
    webhook.updated_at = ctx.now();
    store::start_again(&tx, &allowed, &webhook).await?;
    let event = Event::new("webhook.replay").on("webhook", id).of(webhook.tenant);
    tx.record(&allowed, event.detail("from_revision", from).detail("was_told", before));
    tx.commit().await?;
    Ok(webhook)
}
