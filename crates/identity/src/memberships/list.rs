//! Listing members.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, ListRequest, ListSort, Listed, Result};
use atoll_policy::TenantStatus;
use uuid::Uuid;

use super::model::Membership;
use crate::entities::{self, Entity};

/// Who may see a tenant's members; the platform's administrators also while the tenant is not active.
const READ: Rule = Rule::any(&[May::scope("manage"), May::scope("role.manage"), May::scope("policy.manage")])
    .even_inactive();

/// A page of the people who are members of a tenant. `q` is text in their names or attributes.
pub async fn list(
    ctx: &Ctx,
    tenant: Uuid,
    q: Option<&str>,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Entity>> {
    may_list(ctx, tenant)?;
    entities::store::members(&ctx.reader(), tenant, ctx.now(), q, request).await
}

/// The caller may see who is a member of a tenant, and there is such a tenant.
pub(super) fn may_list(ctx: &Ctx, tenant: Uuid) -> Result<()> {
    ctx.require(&READ, &Within::<Membership>::tenant(Some(tenant)))?;
    match ctx.world()?.tenant(tenant) {
        Some(known) if known.status != TenantStatus::Deleted => Ok(()),
        _ => Err(Common::not_found("tenant", tenant).into()),
    }
}
