//! Changing an endpoint.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result, fields};
use atoll_outbound::http::Policy;
use uuid::Uuid;

use super::admit::admit;
use super::model::{Webhook, filters};
use super::{find, store};
use crate::tenancy;

/// What to change.
#[derive(Clone, Debug, Default)]
pub struct WebhookPatch {
    /// What it is called.
    pub name: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// Which events.
    pub events: Option<Vec<String>>,
}

/// Changes what is given. How far the endpoint has been told stays as it is.
pub async fn update(ctx: &Ctx, id: Uuid, patch: WebhookPatch) -> Result<Webhook> {
    let known = find::known(ctx, id).await?;
    let allowed = admit(ctx, &known)?;
    let name = patch.name.map(|name| fields::name("name", &name)).transpose()?;
    let url = patch.url.map(|url| Policy::of(ctx.ground().settings()).check(&url)).transpose()?;
    let events = patch.events.map(filters).transpose()?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut webhook = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("webhook", id))?;
    let before = webhook.state_shown();
    webhook.name = name.unwrap_or(webhook.name);
    webhook.url = url.map_or(webhook.url, |url| url.to_string());
    webhook.events = events.unwrap_or(webhook.events);
    webhook.updated_at = ctx.now();
    store::save(&tx, &allowed, &webhook).await?;
    let event = Event::new("webhook.update").on("webhook", id).of(webhook.tenant);
    tx.record(&allowed, event.before(before).after(webhook.state_shown()));
    tx.commit().await?;
    Ok(webhook)
}
