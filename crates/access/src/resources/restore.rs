//! Bringing a deleted resource back.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::Resource;
use super::store;
use crate::tenancy::ADMINISTER;
use crate::tombstones::{self, TombstoneFault};

/// Brings the resource back where it lay, with the grants on it.
pub async fn restore(ctx: &Ctx, id: Uuid) -> Result<Resource> {
    ctx.require(&ADMINISTER, &Within::<Resource>::platform())?;
    let missing = || TombstoneFault::NothingToRestore { kind: "resource", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let mut resource = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    tombstones::tenant_is_there(&tx, resource.tenant, "resource").await?;
    resource.deleted_at = None;
    resource.deleted_by = None;
    resource.updated_at = Some(ctx.now());
    tombstones::unless_taken(store::save(&tx, &allowed, &resource).await)?;
    tx.record(
        &allowed,
        Event::new("resource.restore")
            .on("resource", id)
            .after(resource.state())
            .change(Change::Put(resource.fact())),
    );
    tx.commit().await?;
    Ok(resource)
}
