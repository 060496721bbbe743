//! Calling a passkey something else.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result, fields};
use uuid::Uuid;

use super::model::{Passkey, PasskeyFault};
use super::store;
use crate::entities;
use crate::factors::MANAGE;

/// Gives a passkey of the caller another name.
pub async fn rename(ctx: &Ctx, id: Uuid, name: &str) -> Result<Passkey> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    let name = fields::name("name", name)?;
    let found = store::find(&ctx.reader(), id).await?.filter(|found| found.entity == entity.id);
    let passkey = found.ok_or(PasskeyFault::Missing)?;
    let mut tx = ctx.begin().await?;
    store::rename(&tx, &allowed.part(), id, &name).await?;
    tx.record(
        &allowed,
        Event::new("passkey.rename")
            .of(entity.tenant)
            .on("entity", entity.id)
            .detail("passkey_id", id.to_string())
            .detail("name", name.clone()),
    );
    tx.commit().await?;
    Ok(Passkey { name, ..passkey })
}
