//! Bringing a deleted group back.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::Group;
use super::store;
use crate::tenancy::ADMINISTER;
use crate::tombstones::{self, TombstoneFault};

/// Brings the group back in the status it had: its members, what lies in it and what it was granted count again.
pub async fn restore(ctx: &Ctx, id: Uuid) -> Result<Group> {
    ctx.require(&ADMINISTER, &Within::<Group>::platform())?;
    let missing = || TombstoneFault::NothingToRestore { kind: "group", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let mut group = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    tombstones::tenant_is_there(&tx, group.tenant, "group").await?;
    group.deleted_at = None;
    group.deleted_by = None;
    group.updated_at = Some(ctx.now());
    tombstones::unless_taken(store::save(&tx, &allowed, &group).await)?;
    tx.record(
        &allowed,
        Event::new("group.restore").on("group", id).after(group.state()).change(Change::Put(group.fact())),
    );
    tx.commit().await?;
    Ok(group)
}
