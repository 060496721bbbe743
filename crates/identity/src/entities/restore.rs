//! Bringing a deleted entity back.

use atoll_access::tenancy::ADMINISTER;
use atoll_access::tombstones::{self, TombstoneFault};
use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, Status};
use uuid::Uuid;

use super::model::Entity;
use super::store;
use crate::emails;

/// Brings the entity back, switched on, with what it was granted. What it proved itself with stays revoked: somebody
/// gives it something new.
pub async fn restore(ctx: &Ctx, id: Uuid) -> Result<Entity> {
    ctx.require(&ADMINISTER, &Within::<Entity>::platform())?;
    let missing = || TombstoneFault::NothingToRestore { kind: "entity", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let mut entity = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    tombstones::tenant_is_there(&tx, entity.tenant, "entity").await?;
    let before = entity.state();
    entity.status = Status::Active;
    entity.deleted_at = None;
    entity.deleted_by = None;
    entity.updated_at = Some(ctx.now());
    tombstones::unless_taken(store::save(&tx, &allowed, &entity).await)?;
    tombstones::unless_taken(emails::bring_back(&tx, &allowed.part(), &entity).await)?;
    tx.record(
        &allowed,
        Event::new("entity.restore")
            .on("entity", id)
            .before(before)
            .after(entity.state())
            .change(Change::Put(entity.fact())),
    );
    tx.commit().await?;
    Ok(entity)
}
