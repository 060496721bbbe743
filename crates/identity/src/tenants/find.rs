//! Reading tenants.

use atoll_base::ctx::{Ctx, May, Rule, Visibility, Within};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::{Common, Page, PageRequest, Result};
use atoll_policy::{ObjectKind, TenantStatus};
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

/// One tenant. Whoever may not read it learns nothing about whether it exists.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Tenant> {
    ctx.signed_in()?;
    let tenant = store::find_any(&ctx.reader(), id).await?;
    let tenant = tenant.filter(|tenant| tenant.deleted_at.is_none()).ok_or(Common::Forbidden)?;
    ctx.require(&READ, &tenant)?;
    Ok(tenant)
}

/// A page of the tenants that the caller may read.
pub async fn list(ctx: &Ctx, filter: &TenantFilter, page: PageRequest) -> Result<Page<Tenant>> {
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
    store::list(&ctx.reader(), &visible, filter, page).await
}

/// The live tenant an operation is about: whoever may not read it is told `forbidden`, as for one that does not exist.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Tenant> {
    ctx.signed_in()?;
    let found = store::find_any(&ctx.reader(), id).await?;
    let missing = match ctx.may(&READ_ALL, &Within::<Tenant>::platform())? {
        true => Common::not_found("tenant", id),
        false => Common::Forbidden,
    };
    Ok(found.filter(|tenant| tenant.deleted_at.is_none()).ok_or(missing)?)
}
