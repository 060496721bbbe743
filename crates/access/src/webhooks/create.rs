//! Making an endpoint.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result, Secret, fields, ledger};
use atoll_outbound::http::Policy;
use uuid::Uuid;

use super::admit::admit;
use super::model::{MOST, Webhook, WebhookFault, WebhookState, filters};
use super::sign::{new_secret, place};
use super::store;
use crate::tenancy;

/// What is needed for an endpoint.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Whose events; none = the platform's own.
    pub tenant: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Which events; none = all.
    pub events: Vec<String>,
}

/// A new endpoint and its secret.
#[derive(Clone, Debug)]
pub struct Created {
    /// The endpoint.
    pub webhook: Webhook,
    /// The secret, shown this once.
    pub secret: Secret<String>,
}

/// Makes an endpoint, which is told what happens from now on.
pub async fn create(ctx: &Ctx, new: NewWebhook) -> Result<Created> {
    let allowed = admit(ctx, &Within::<Webhook>::tenant(new.tenant))?;
    let url = Policy::of(ctx.ground().settings()).check(&new.url)?;
    let secret = new_secret(ctx.chance());
    let mut webhook = Webhook {
        id: ctx.new_id(),
        tenant: new.tenant,
        name: fields::name("name", &new.name)?,
        url: url.to_string(),
        events: filters(new.events)?,
        state: WebhookState::Active,
        told: 0,
        attempts: 0,
        next_at: ctx.now(),
        failing_since: None,
        last_error: None,
        last_success_at: None,
        old_secret_until: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, new.tenant).await?;
    if store::count(tx.conn(), webhook.stream()).await? >= MOST {
        return Err(WebhookFault::TooMany.into());
    }
    // Its own making is the first that it is told.
    webhook.told = ledger::head(tx.conn(), webhook.stream()).await?;
    let sealed = ctx.ground().vault().seal(&place(webhook.id), secret.reveal().as_bytes());
    store::insert(&tx, &allowed, &webhook, sealed).await?;
    let event = Event::new("webhook.create").on("webhook", webhook.id).of(webhook.tenant);
    tx.record(&allowed, event.after(webhook.state_shown()));
    tx.commit().await?;
    Ok(Created { webhook, secret })
}
