//! Reading roles.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::{ListRequest, ListSort, Listed, Result};
use uuid::Uuid;

use super::model::{DerivedKind, Role};
use super::store;
use crate::blocks::{self, Block};
use crate::tenancy::absent;

/// Who may read roles: whoever deals with roles, or reads, where they belong.
pub(crate) const READ: Rule = Rule::any(&[May::scope("role.manage"), May::scope("read")]).even_inactive();

/// Who may list deleted roles.
pub(crate) const READ_DELETED: Rule = Rule::any(&[May::platform("manage")]);

/// Which roles to list.
#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    /// Of this tenant; none means all, for those who deal with roles at the platform.
    pub tenant: Option<Uuid>,
    /// That amount to this.
    pub derived_kind: Option<DerivedKind>,
    /// Text in name or description.
    pub q: Option<String>,
    /// Live, deleted, or both.
    pub deleted: DeletedFilter,
}

/// One role.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Role> {
    let role = known(ctx, id).await?;
    ctx.require(&READ, &role)?;
    Ok(role)
}

/// A page of the roles of a tenant, or of all.
pub async fn list(ctx: &Ctx, filter: &RoleFilter, request: &ListRequest<ListSort>) -> Result<Listed<Role>> {
    ctx.signed_in()?;
    if filter.deleted == DeletedFilter::Live {
        ctx.require(&READ, &Within::<Role>::tenant(filter.tenant))?;
    } else {
        ctx.require(&READ_DELETED, &Within::<Role>::platform())?;
    }
    store::list(&ctx.reader(), filter, request).await
}

/// The ids of the blocks of each of these roles: one look for a whole page.
pub(crate) async fn held_by(ctx: &Ctx, roles: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    store::blocks_of(&ctx.reader(), roles).await
}

/// The blocks that are held: one look for a whole page.
pub(crate) async fn blocks_held(ctx: &Ctx, held: &HashMap<Uuid, Vec<Uuid>>) -> Result<Vec<Block>> {
    let mut ids: Vec<Uuid> = held.values().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    blocks::store::by_ids(&ctx.reader(), &ids).await
}

/// The blocks that roles of a tenant hold, for whoever may read roles there; of each role those that are the tenant's.
pub async fn held_in(ctx: &Ctx, tenant: Uuid, roles: &[Uuid]) -> Result<HashMap<Uuid, Vec<Block>>> {
    ctx.require(&READ, &Within::<Role>::tenant(Some(tenant)))?;
    let held = held_by(ctx, roles).await?;
    let blocks = blocks_held(ctx, &held).await?.into_iter().filter(|block| block.tenant == Some(tenant));
    let blocks: HashMap<Uuid, Block> = blocks.map(|block| (block.id, block)).collect();
    let of = |ids: Vec<Uuid>| ids.iter().filter_map(|id| blocks.get(id).cloned()).collect();
    Ok(held.into_iter().map(|(role, ids)| (role, of(ids))).collect())
}

/// The live role that an operation is about.
pub(crate) async fn known(ctx: &Ctx, id: Uuid) -> Result<Role> {
    ctx.signed_in()?;
    let found = store::find_any(&ctx.reader(), id).await?;
    found.filter(|role| role.deleted_at.is_none()).ok_or_else(|| absent(ctx, "role", id, &READ))
}
