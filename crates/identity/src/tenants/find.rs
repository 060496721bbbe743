//! Reading tenants.

use atoll_base::ctx::{Ctx, May, Rule, Visibility, Within};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::{Common, ListRequest, ListSort, Listed, Result};
use atoll_policy::{ObjectKind, Only, TenantStatus};
use uuid::Uuid;

use super::model::Tenant;
use super::store;

/// Who may read a tenant: whoever a decision allows; the platform's administrators also one that is not active.
pub(crate) const READ: Rule = Rule::any(&[
    May::decision("read"),
    May::decision("manage"),
    May::platform("read"),
    May::platform("manage"),
]);

/// Who may list every tenant.
pub(crate) const READ_ALL: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

/// Who may list deleted tenants.
pub(crate) const READ_DELETED: Rule = Rule::any(&[May::platform("manage")]);

/// Which tenants to list.
#[derive(Clone, Debug, Default)]
pub struct TenantFilter {
    /// Text in name, alias, tags or attributes.
    pub q: Option<String>,
    /// This exact name.
    pub name: Option<String>,
    /// This alias.
    pub alias: Option<String>,
    /// In this status.
    pub status: Option<TenantStatus>,
    /// Live, deleted, or both.
    pub deleted: DeletedFilter,
}

impl TenantFilter {
    /// Whether it asks for every tenant that is not deleted.
    fn is_plain(&self) -> bool {
        let TenantFilter { q, name, alias, status, deleted } = self;
        let all = q.is_none() && name.is_none() && alias.is_none() && status.is_none();
        all && *deleted == DeletedFilter::Live
    }
}

/// One tenant. Whoever may not read it learns nothing about whether it exists.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Tenant> {
    ctx.signed_in()?;
    let tenant = store::find_any(&ctx.reader(), id).await?;
    let tenant = tenant.filter(|tenant| tenant.deleted_at.is_none()).ok_or(Common::Forbidden)?;
    ctx.require(&READ, &tenant)?;
    Ok(tenant)
}

/// A page of the tenants that the caller may read.
pub async fn list(
    ctx: &Ctx,
    filter: &TenantFilter,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Tenant>> {
    ctx.signed_in()?;
    let everywhere = Within::<Tenant>::platform();
    let visible = if filter.deleted != DeletedFilter::Live {
        ctx.require(&READ_DELETED, &everywhere)?;
        Visibility::Everything
    } else if ctx.may(&READ_ALL, &everywhere)? {
        Visibility::Everything
    } else {
        ctx.visible(&["read", "manage"], ObjectKind::Tenant)?
    };
    let counted = match &visible {
        _ if !filter.is_plain() || !request.total => None,
        Visibility::Everything => Some(ctx.world()?.count_tenants()),
        seen => seen.count(Only::default()),
    };
    store::list(&ctx.reader(), &visible, filter, counted, request).await
}

/// The live tenant an operation is about: whoever may not read it is told `forbidden`, as for one that does not exist.
pub(crate) async fn known(ctx: &Ctx, id: Uuid) -> Result<Tenant> {
    ctx.signed_in()?;
    let found = store::find_any(&ctx.reader(), id).await?;
    let missing = match ctx.may(&READ_ALL, &Within::<Tenant>::platform())? {
        true => Common::not_found("tenant", id),
        false => Common::Forbidden,
    };
    Ok(found.filter(|tenant| tenant.deleted_at.is_none()).ok_or(missing)?)
}
