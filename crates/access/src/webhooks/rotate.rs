//! Changing the secret.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result, Secret};
use uuid::Uuid;

use super::admit::admit;
use super::model::{Webhook, WebhookFault};
use super::sign::{new_secret, place};
use super::{find, store};
use crate::tenancy;

/// How long the secret before signs too, when nothing else is said.
const OVERLAP: i64 = 86_400;
/// The longest overlap.
const LONGEST: i64 = 7 * 86_400;

/// An endpoint and its new secret.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// The endpoint.
    pub webhook: Webhook,
    /// The secret, shown this once.
    pub secret: Secret<String>,
}

/// Makes a new secret, which signs at once. The one before signs too for a while, so that the receiver can change over; a
/// second rotation within that time is refused unless it ends the overlap.
pub async fn rotate(ctx: &Ctx, id: Uuid, overlap_secs: Option<i64>) -> Result<Rotated> {
    let known = find::known(ctx, id).await?;
    let allowed = admit(ctx, &known)?;
    let overlap = overlap_secs.unwrap_or(OVERLAP);
    if !(0..=LONGEST).contains(&overlap) {
        return Err(WebhookFault::OverlapLength.into());
    }
    let secret = new_secret(ctx.chance());
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut webhook = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("webhook", id))?;
    let overlapping = webhook.old_secret_until.is_some_and(|until| ctx.now() < until);
    if overlapping && overlap > 0 {
        return Err(WebhookFault::Overlap.into());
    }
    let until = ctx.now().plus(Duration::from_secs(overlap.unsigned_abs()));
    webhook.old_secret_until = (overlap > 0).then_some(until);
    webhook.updated_at = ctx.now();
    let sealed = ctx.ground().vault().seal(&place(id), secret.reveal().as_bytes());
    store::rotate(&tx, &allowed, &webhook, sealed).await?;
    let event = Event::new("webhook.secret.rotate").on("webhook", id).of(webhook.tenant);
    tx.record(&allowed, event.detail("overlap_secs", overlap));
    tx.commit().await?;
    Ok(Rotated { webhook, secret })
}
