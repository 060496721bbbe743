//! Removing an authenticator app.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result};

use super::model::TotpFault;
use super::store;
use crate::entities;
use crate::factors::{MANAGE, forget_codes_if_last};
use crate::sessions::require_recent;

/// Removes the app of the caller. Whoever has no second factor left loses the recovery codes too.
pub async fn remove(ctx: &Ctx) -> Result<()> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let mut tx = ctx.begin().await?;
    if !store::remove(&tx, &allowed.part(), entity.id).await? {
        return Err(TotpFault::None.into());
    }
    forget_codes_if_last(&tx, &allowed, entity.id).await?;
    tx.record(&allowed, Event::new("totp.remove").of(entity.tenant).on("entity", entity.id));
    tx.commit().await?;
    Ok(())
}
