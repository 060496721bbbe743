//! Saying anew which blocks a role holds.

use atoll_base::ctx::{Allowed, Ctx, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, Fact, FactKey};
use serde_json::json;
use uuid::Uuid;

use super::change::RULE;
use super::model::{Role, RoleFault};
use super::{find, store};
use crate::blocks::{self, Block};
use crate::tenancy;

/// Lets a role hold exactly these blocks, which belong to the same tenant. Blocks that come in are within what the
/// caller may hand out, and guardrails let everybody who has the role receive them. Blocks that go out stay until they
/// are deleted.
pub async fn replace_blocks(ctx: &Ctx, id: Uuid, wanted: &[Uuid]) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    hold(&mut tx, &allowed, id, wanted).await?;
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn hold(tx: &mut Tx, allowed: &Allowed<'_, Role>, id: Uuid, wanted: &[Uuid]) -> Result<()> {
    let role = store::lock_live(tx, id).await?.ok_or_else(|| Common::not_found("role", id))?;
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let blocks = blocks::store::hold_all(tx, &wanted).await?;
    if blocks.len() != wanted.len() || blocks.iter().any(|block| block.tenant != role.tenant) {
        return Err(RoleFault::ForeignBlock.into());
    }
    let before = store::blocks_of(tx.conn(), &[id]).await?.remove(&id).unwrap_or_default();
    let gone: Vec<Uuid> = before.iter().filter(|block| !wanted.contains(block)).copied().collect();
    let added: Vec<Block> = blocks.iter().filter(|block| !before.contains(&block.id)).cloned().collect();
    let added: Vec<Uuid> = added.iter().map(|block| block.id).collect();
    store::unlink(tx, allowed, id, &gone).await?;
    store::link(tx, allowed, id, &added).await?;
    let drops = gone.iter().map(|block| Change::Drop(FactKey::RoleBlock { role: id, block: *block }));
    let puts = added.iter().map(|block| Change::Put(Fact::RoleBlock { role: id, block: *block }));
    tx.record(
        allowed,
        Event::new("role.permission_blocks.replace")
            .on("role", id)
            .before(json!({ "permission_block_ids": before }))
            .after(json!({ "permission_block_ids": wanted }))
            .changes(drops.chain(puts)),
    );
    Ok(())
}

/// Takes a block out of every role that holds it.
pub(crate) async fn unlink_block(tx: &mut Tx, allowed: &Allowed<'_, Role>, block: &Block) -> Result<()> {
    for role in store::holding(tx.conn(), block.id).await? {
        store::unlink(tx, allowed, role.id, &[block.id]).await?;
        let mut event = Event::new("role.permission_blocks.remove")
            .on("role", role.id)
            .detail("permission_block_id", block.id.to_string())
            .before(json!({ "permission_block_id": block.id }))
            .change(Change::Drop(FactKey::RoleBlock { role: role.id, block: block.id }));
        if role.tenant.is_some() {
            event = event.of(role.tenant);
        }
        tx.record(allowed, event);
    }
    Ok(())
}
