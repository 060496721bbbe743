//! Removing a deleted role for good.

use atoll_base::ctx::{Allowed, Ctx, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, FactKey};
use serde_json::json;
use uuid::Uuid;

use super::model::Role;
use super::store;
use crate::tenancy::ADMINISTER;
use crate::tombstones::TombstoneFault;
use crate::{assignments, blocks, overrides};

/// Removes the role with its assignments, and the blocks that nothing else holds.
pub async fn purge(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(&ADMINISTER, &Within::<Role>::platform())?;
    let missing = || TombstoneFault::NothingToPurge { kind: "role", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let role = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    remove(&mut tx, &allowed, &role).await?;
    tx.commit().await?;
    Ok(())
}

async fn remove(tx: &mut Tx, allowed: &Allowed<'_, Role>, role: &Role) -> Result<()> {
    assignments::drop_of_role(tx, &allowed.part(), role.id).await?;
    blocks::forget_object(tx, &allowed.part(), role.id).await?;
    overrides::store::forget(tx, &allowed.part(), role.id).await?;
    let held = store::blocks_of(tx.conn(), &[role.id]).await?.remove(&role.id).unwrap_or_default();
    store::delete(tx, allowed, role.id).await?;
    let unlinked = held.iter().map(|block| Change::Drop(FactKey::RoleBlock { role: role.id, block: *block }));
    tx.record(
        allowed,
        Event::new("role.purge")
            .on("role", role.id)
            .detail("permission_block_ids", json!(held))
            .before(role.state())
            .changes(unlinked)
            .change(Change::Drop(FactKey::Role { id: role.id })),
    );
    for block in held {
        blocks::collect(tx, &allowed.part(), block).await?;
    }
    Ok(())
}
