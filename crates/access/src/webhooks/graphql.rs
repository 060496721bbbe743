//! The GraphQL door of webhooks.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Page, PageBounds, Result};

use super::{
    Created, Delivery, DeliveryState, NewWebhook, Rotated, Webhook, WebhookPatch, WebhookState, create,
    delete, deliveries, get, list, pause, replay, resume, retry, rotate, update,
};

/// Whether a webhook is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "WebhookState")]
pub enum WebhookStatus {
    /// It is.
    Active,
    /// It waits until it is resumed.
    Paused,
    /// It failed for too long, or is gone; it waits until it is resumed.
    Disabled,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "DeliveryState")]
pub enum WebhookDeliveryStatus {
    /// The receiver took it.
    Delivered,
    /// It did not; there will be another attempt.
    Failed,
    /// It did not, and was given up.
    Dead,
    /// Given up, and to be tried again.
    Waiting,
}

/// A receiver that is told what happens in a tenant, or at the platform.
#[derive(SimpleObject)]
#[graphql(name = "Webhook")]
pub struct WebhookView {
    id: ID,
    /// Null for the platform.
    tenant_id: Option<ID>,
    name: String,
    url: String,
    /// Names of events, beginnings such as `entity.*`, or `*`.
    events: Vec<String>,
    status: WebhookStatus,
    /// The last revision that it was told of, or that is none of its.
    told_revision: i64,
    /// Failures of the next.
    attempts: i32,
    next_attempt_at: String,
    /// Since when every attempt failed.
    failing_since: Option<String>,
    last_error: Option<String>,
    last_success_at: Option<String>,
    /// Until when messages are signed with the secret before too.
    old_secret_until: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> WebhookView {
        WebhookView {
            id: door::show(webhook.id),
            tenant_id: webhook.tenant.map(door::show),
            name: webhook.name,
            url: webhook.url,
            events: webhook.events,
            status: webhook.state.into(),
            told_revision: webhook.told,
            attempts: webhook.attempts,
            next_attempt_at: webhook.next_at.rfc3339(),
            failing_since: webhook.failing_since.map(|at| at.rfc3339()),
            last_error: webhook.last_error,
            last_success_at: webhook.last_success_at.map(|at| at.rfc3339()),
            old_secret_until: webhook.old_secret_until.map(|at| at.rfc3339()),
            created_at: webhook.created_at.rfc3339(),
            updated_at: webhook.updated_at.rfc3339(),
        }
    }
}

/// A page of webhooks.
#[derive(SimpleObject)]
pub struct WebhookList {
    items: Vec<WebhookView>,
    total: i64,
}

/// A webhook and its secret.
#[derive(SimpleObject)]
pub struct WebhookSecret {
    /// The webhook's.
    id: ID,
    /// What signatures are checked with: `whsec_…`. It is shown this once.
    secret: String,
    webhook: WebhookView,
}

impl From<Created> for WebhookSecret {
    fn from(Created { webhook, secret }: Created) -> WebhookSecret {
        WebhookSecret { id: door::show(webhook.id), secret: secret.reveal().clone(), webhook: webhook.into() }
    }
}

impl From<Rotated> for WebhookSecret {
    fn from(Rotated { webhook, secret }: Rotated) -> WebhookSecret {
        Created { webhook, secret }.into()
    }
}

/// One attempt to tell a webhook of an event.
#[derive(SimpleObject)]
#[graphql(name = "WebhookDelivery")]
pub struct DeliveryView {
    id: ID,
    webhook_id: ID,
    /// The place of the event in the stream.
    revision: i64,
    event: String,
    /// What the receiver got as `webhook-id`.
    message_id: String,
    status: WebhookDeliveryStatus,
    /// From 1.
    attempt: i32,
    attempted_at: String,
    duration_millis: i64,
    /// The status of HTTP that the receiver answered with.
    response_status: Option<i32>,
    /// The beginning of its answer.
    response: Option<String>,
    error: Option<String>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> DeliveryView {
        DeliveryView {
            id: door::show(delivery.id),
            webhook_id: door::show(delivery.webhook),
            revision: delivery.revision,
            event: delivery.event,
            message_id: delivery.message,
            status: delivery.state.into(),
            attempt: delivery.attempt,
            attempted_at: delivery.at.rfc3339(),
            duration_millis: delivery.millis,
            response_status: delivery.status,
            response: delivery.answer,
            error: delivery.error,
        }
    }
}

/// A page of deliveries.
#[derive(SimpleObject)]
pub struct WebhookDeliveryList {
    items: Vec<DeliveryView>,
    total: i64,
}

impl From<Page<Delivery>> for WebhookDeliveryList {
    fn from(page: Page<Delivery>) -> WebhookDeliveryList {
        let items = page.items.into_iter().map(Into::into).collect();
        WebhookDeliveryList { items, total: door::total(page.total) }
    }
}

/// A new webhook.
#[derive(InputObject)]
pub struct CreateWebhookInput {
    /// Whose events; left out: the platform's own.
    tenant_id: Option<ID>,
    name: String,
    /// Where to send them: https, unless the operator allows more.
    url: String,
    /// Names of events, beginnings such as `entity.*`, or `*`; left out: all.
    events: Option<Vec<String>>,
}

/// What to change of a webhook; what is left out stays.
#[derive(InputObject)]
pub struct UpdateWebhookInput {
    name: Option<String>,
    url: Option<String>,
    events: Option<Vec<String>>,
}

/// Queries about webhooks.
#[derive(Default)]
pub struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// The webhooks of a tenant, or of the platform, by name.
    async fn webhooks(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<WebhookList> {
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let page = list(door::ctx(door)?, tenant, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let items = page.items.into_iter().map(Into::into).collect();
        Ok(WebhookList { items, total: door::total(page.total) })
    }

    /// A webhook.
    async fn webhook(&self, door: &Context<'_>, id: ID) -> Result<WebhookView> {
        Ok(get(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// What was sent to a webhook lately, newest first; of one status, or of all.
    async fn webhook_deliveries(
        &self,
        door: &Context<'_>,
        webhook_id: ID,
        status: Option<WebhookDeliveryStatus>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<WebhookDeliveryList> {
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        let webhook = door::id("webhookId", &webhook_id)?;
        Ok(deliveries(door::ctx(door)?, webhook, status.map(Into::into), page).await?.into())
    }
}

/// Changes of webhooks.
#[derive(Default)]
pub struct WebhookMutation;

#[Object]
impl WebhookMutation {
    /// Makes a webhook, which is told what happens from now on. The answer holds its secret, this once.
    async fn create_webhook(&self, door: &Context<'_>, input: CreateWebhookInput) -> Result<WebhookSecret> {
        let new = NewWebhook {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            name: input.name,
            url: input.url,
            events: input.events.unwrap_or_default(),
        };
        Ok(create(door::ctx(door)?, new).await?.into())
    }

    /// Changes a webhook. How far it has been told stays as it is.
    async fn update_webhook(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateWebhookInput,
    ) -> Result<WebhookView> {
        let patch = WebhookPatch { name: input.name, url: input.url, events: input.events };
        Ok(update(door::ctx(door)?, door::id("id", &id)?, patch).await?.into())
    }

    /// Removes a webhook with its secret and its log.
    async fn delete_webhook(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Lets a webhook wait. What happens meanwhile is told when it is resumed.
    async fn pause_webhook(&self, door: &Context<'_>, id: ID) -> Result<WebhookView> {
        Ok(pause(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// Goes on from where a webhook stopped, at once.
    async fn resume_webhook(&self, door: &Context<'_>, id: ID) -> Result<WebhookView> {
        Ok(resume(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// Makes a new secret. The one before signs too for a while: a day, unless something else is said.
    async fn rotate_webhook_secret(
        &self,
        door: &Context<'_>,
        id: ID,
        #[graphql(desc = "0 to 604800; 0 ends the overlap at once.")] overlap_secs: Option<i32>,
    ) -> Result<WebhookSecret> {
        let overlap = overlap_secs.map(i64::from);
        Ok(rotate(door::ctx(door)?, door::id("id", &id)?, overlap).await?.into())
    }

    /// Tells a webhook everything from a revision on once more, under the same message ids.
    async fn replay_webhook(&self, door: &Context<'_>, id: ID, from_revision: i64) -> Result<WebhookView> {
        Ok(replay(door::ctx(door)?, door::id("id", &id)?, from_revision).await?.into())
    }

    /// Tries a delivery that was given up once more, before everything else.
    async fn retry_webhook_delivery(&self, door: &Context<'_>, id: ID) -> Result<DeliveryView> {
        Ok(retry(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }
}
