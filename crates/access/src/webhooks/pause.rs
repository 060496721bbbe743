//! Letting an endpoint wait, and going on.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::admit::admit;
use super::model::{Webhook, WebhookState};
use super::{find, store};
use crate::tenancy;

/// Lets it wait. What happens meanwhile is told when it is resumed.
pub async fn pause(ctx: &Ctx, id: Uuid) -> Result<Webhook> {
    set(ctx, id, WebhookState::Paused, "webhook.pause").await
}

/// Goes on from where it stopped, at once.
pub async fn resume(ctx: &Ctx, id: Uuid) -> Result<Webhook> {
    set(ctx, id, WebhookState::Active, "webhook.resume").await
}

async fn set(ctx: &Ctx, id: Uuid, state: WebhookState, name: &'static str) -> Result<Webhook> {
    let known = find::known(ctx, id).await?;
    let allowed = admit(ctx, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut webhook = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("webhook", id))?;
    let before = webhook.state_shown();
    webhook.state = state;
    webhook.updated_at = ctx.now();
    store::save(&tx, &allowed, &webhook).await?;
    if state == WebhookState::Active {
        webhook.attempts = 0;
        webhook.failing_since = None;
        webhook.next_at = ctx.now();
        store::start_again(&tx, &allowed, &webhook).await?;
    }
    let event = Event::new(name).on("webhook", id).of(webhook.tenant);
    tx.record(&allowed, event.before(before).after(webhook.state_shown()));
    tx.commit().await?;
    Ok(webhook)
}
