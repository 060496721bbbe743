//! Removing an endpoint.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::admit::admit;
use super::{find, store};
use crate::tenancy;

/// Removes the endpoint, its secret and its log.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = admit(ctx, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    if !store::delete(&tx, &allowed, id).await? {
        return Err(Common::not_found("webhook", id).into());
    }
    let event = Event::new("webhook.delete").on("webhook", id).of(known.tenant);
    tx.record(&allowed, event.before(known.state_shown()));
    tx.commit().await?;
    Ok(())
}
