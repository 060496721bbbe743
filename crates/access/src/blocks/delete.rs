//! Removing permission blocks.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, FactKey};
use uuid::Uuid;

use super::model::{Block, BlockFault};
use super::{find, store};
use crate::{policies, roles, tenancy};

/// Who may remove blocks.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]).even_inactive();

/// Removes a block that nothing holds any more.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let block = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("permission block", id))?;
    if store::is_linked(tx.conn(), id).await? {
        return Err(BlockFault::Linked.into());
    }
    discard(&mut tx, &allowed, &block).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a block if nothing holds it any more.
pub(crate) async fn collect(tx: &mut Tx, allowed: &Allowed<'_, Block>, id: Uuid) -> Result<()> {
    match store::lock(tx, id).await? {
        Some(block) if !store::is_linked(tx.conn(), id).await? => discard(tx, allowed, &block).await,
        _ => Ok(()),
    }
}

/// Removes the blocks over an object that is no more, with everything that holds them. A direct policy that goes with
/// them may be such an object itself.
pub(crate) async fn forget_object(tx: &mut Tx, allowed: &Allowed<'_, Block>, object: Uuid) -> Result<()> {
    let blocks = store::at_object(tx.conn(), object).await?;
    forget(tx, allowed, blocks).await
}

/// Removes the blocks that name an object group which is no more, with everything that holds them.
pub(crate) async fn forget_group(tx: &mut Tx, allowed: &Allowed<'_, Block>, group: Uuid) -> Result<()> {
    let blocks = store::at_group(tx.conn(), group).await?;
    forget(tx, allowed, blocks).await
}

/// Removes the blocks outside a tenant that are over something in it, with everything that holds them.
pub(crate) async fn forget_outside(tx: &mut Tx, allowed: &Allowed<'_, Block>, tenant: Uuid) -> Result<()> {
    let blocks = store::aimed_into(tx.conn(), tenant).await?;
    forget(tx, allowed, blocks).await
}

async fn forget(tx: &mut Tx, allowed: &Allowed<'_, Block>, blocks: Vec<Block>) -> Result<()> {
    let mut left = blocks;
    while let Some(block) = left.pop() {
        for policy in policies::drop_of_block(tx, &allowed.part(), &block).await? {
            left.extend(store::at_object(tx.conn(), policy).await?);
        }
        roles::unlink_block(tx, &allowed.part(), &block).await?;
        discard(tx, allowed, &block).await?;
    }
    Ok(())
}

async fn discard(tx: &mut Tx, allowed: &Allowed<'_, Block>, block: &Block) -> Result<()> {
    store::delete(tx, allowed, block.id).await?;
    let mut event = Event::new("permission_block.delete")
        .on("permission_block", block.id)
        .before(block.state())
        .change(Change::Drop(FactKey::Block { id: block.id }));
    if block.tenant.is_some() {
        event = event.of(block.tenant);
    }
    tx.record(allowed, event);
    Ok(())
}
