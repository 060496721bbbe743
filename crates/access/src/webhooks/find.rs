//! Reading endpoints.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::admit::{RULE, admit};
use super::model::Webhook;
use super::store;
use crate::tenancy::absent;

/// A page of the endpoints of a tenant, or of the platform, by name.
pub async fn list(ctx: &Ctx, tenant: Option<Uuid>, page: PageRequest) -> Result<Page<Webhook>> {
    let within = Within::<Webhook>::tenant(tenant);
    admit(ctx, &within)?;
    store::list(&ctx.reader(), tenant, page).await
}

/// An endpoint.
pub async fn get(ctx: &Ctx, id: Uuid) -> Result<Webhook> {
    let webhook = known(ctx, id).await?;
    admit(ctx, &webhook)?;
    Ok(webhook)
}

/// The endpoint that an operation is about.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Webhook> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    found.ok_or_else(|| absent(ctx, "webhook", id, &RULE))
}
