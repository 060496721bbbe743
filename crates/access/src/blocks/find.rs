//! Reading permission blocks.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{ListRequest, Listed, Result, TimeSort};
use uuid::Uuid;

use super::model::Block;
use super::store;
use crate::actions::{self, Action};
use crate::tenancy::absent;

/// Who may read blocks: whoever deals with policies where they belong.
pub(crate) const READ: Rule =
    Rule::any(&[May::scope("policy.manage"), May::scope("read"), May::scope("manage")]).even_inactive();

/// Which blocks to list.
#[derive(Clone, Debug, Default)]
pub struct BlockFilter {
    /// Of this tenant; none means all, for those who deal with policies at the platform.
    pub tenant: Option<Uuid>,
    /// With this scope mode.
    pub scope_mode: Option<String>,
}

/// One block.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Block> {
    let block = known(ctx, id).await?;
    ctx.require(&READ, &block)?;
    Ok(block)
}

/// A page of the blocks of a tenant, or of all.
pub async fn list(ctx: &Ctx, filter: &BlockFilter, request: &ListRequest<TimeSort>) -> Result<Listed<Block>> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<Block>::tenant(filter.tenant))?;
    store::list(&ctx.reader(), filter, request).await
}

/// The actions of blocks, by id: one look for a whole page.
pub(crate) async fn actions_of<'b>(
    ctx: &Ctx,
    blocks: impl IntoIterator<Item = &'b Block>,
) -> Result<HashMap<Uuid, Action>> {
    let ids: Vec<Uuid> = blocks.into_iter().flat_map(|block| block.actions.iter().copied()).collect();
    actions::store::by_ids(&ctx.reader(), &ids).await
}

/// The block that an operation is about.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Block> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    found.ok_or_else(|| absent(ctx, "permission block", id, &READ))
}
