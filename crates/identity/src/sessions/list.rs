//! Listing sessions that have not ended.

use atoll_base::ctx::Ctx;
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::find::READ;
use super::model::{Session, SessionAt};
use super::store;
use crate::entities;

/// A page of the sessions of an entity that have not ended, newest first; the caller's own when none is named.
pub async fn list(ctx: &Ctx, entity: Option<Uuid>, page: PageRequest) -> Result<Page<Session>> {
    let own = ctx.signed_in()?.entity;
    let known = entities::known(ctx, entity.unwrap_or(own)).await?;
    ctx.require(&READ, &SessionAt { entity: known.id, tenant: known.tenant })?;
    store::live(&ctx.reader(), known.id, ctx.now(), page).await
}
