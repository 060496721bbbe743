//! Removing a deleted resource for good.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, FactKey};
use uuid::Uuid;

use super::model::Resource;
use super::store;
use crate::blocks;
use crate::groups::placement;
use crate::tenancy::ADMINISTER;
use crate::tombstones::TombstoneFault;

/// Removes the resource with its place and the blocks over it.
pub async fn purge(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(&ADMINISTER, &Within::<Resource>::platform())?;
    let missing = || TombstoneFault::NothingToPurge { kind: "resource", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let resource = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    blocks::forget_object(&mut tx, &allowed.part(), id).await?;
    placement::clear(&mut tx, &allowed.part(), resource.reference()).await?;
    store::delete(&tx, &allowed, id).await?;
    tx.record(
        &allowed,
        Event::new("resource.purge")
            .on("resource", id)
            .before(resource.state())
            .change(Change::Drop(FactKey::Resource { id })),
    );
    tx.commit().await?;
    Ok(())
}
