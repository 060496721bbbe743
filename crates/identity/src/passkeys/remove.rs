//! Removing a passkey.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result};
use uuid::Uuid;

use super::model::PasskeyFault;
use super::store;
use crate::entities;
use crate::factors::{MANAGE, forget_codes_if_last};
use crate::sessions::{self, require_recent};

/// Removes a passkey of the caller. Sessions that began with it end; whoever has no second factor left loses the recovery
/// codes too.
pub async fn remove(ctx: &Ctx, id: Uuid) -> Result<()> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let found = store::find(&ctx.reader(), id).await?.filter(|found| found.entity == entity.id);
    let passkey = found.ok_or(PasskeyFault::Missing)?;
    let mut tx = ctx.begin().await?;
    if !store::remove(&tx, &allowed.part(), id).await? {
        return Err(PasskeyFault::Missing.into());
    }
    forget_codes_if_last(&tx, &allowed, entity.id).await?;
    tx.record(
        &allowed,
        Event::new("passkey.remove")
            .of(entity.tenant)
            .on("entity", entity.id)
            .detail("passkey_id", id.to_string())
            .detail("name", passkey.name),
    );
    sessions::revoke_of_credential(&mut tx, &allowed.part(), &entity, id).await?;
    tx.commit().await?;
    Ok(())
}
