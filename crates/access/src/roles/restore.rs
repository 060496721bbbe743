//! Bringing a deleted role back.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::Role;
use super::store;
use crate::tenancy::ADMINISTER;
use crate::tombstones::{self, TombstoneFault};

/// Brings the role back: whoever was assigned to it receives again what it holds.
pub async fn restore(ctx: &Ctx, id: Uuid) -> Result<Role> {
    ctx.require(&ADMINISTER, &Within::<Role>::platform())?;
    let missing = || TombstoneFault::NothingToRestore { kind: "role", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let mut role = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    tombstones::tenant_is_there(&tx, role.tenant, "role").await?;
    role.deleted_at = None;
    role.deleted_by = None;
    role.updated_at = Some(ctx.now());
    tombstones::unless_taken(store::save(&tx, &allowed, &role).await)?;
    tx.record(
        &allowed,
        Event::new("role.restore").on("role", id).after(role.state()).change(Change::Put(role.fact())),
    );
    tx.commit().await?;
    Ok(role)
}
