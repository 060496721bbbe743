//! Reading resources.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, May, Rule, Visibility, Within};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::{ListRequest, ListSort, Listed, Result};
use atoll_policy::{ObjectKind, Only};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::model::Resource;
use super::store;
use crate::groups::placement;
use crate::tenancy::absent;

/// Who may read a resource: whoever a decision allows, and the platform's readers also in a tenant that is not active.
pub(crate) const READ: Rule = Rule::any(&[
    May::decision("read"),
    May::decision("manage"),
    May::platform("read"),
    May::platform("manage"),
]);

/// Who may be told that a resource does not exist.
pub(crate) const READ_ALL: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

/// Who may list deleted resources.
pub(crate) const READ_DELETED: Rule = Rule::any(&[May::platform("manage")]);

/// Which resources to list.
#[derive(Clone, Debug, Default)]
pub struct ResourceFilter {
    /// Text in name, alias or attributes.
    pub q: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Of this tenant.
    pub tenant: Option<Uuid>,
    /// Whose attributes contain these.
    pub attributes_contain: Option<Map<String, Value>>,
    /// Directly in any of these object groups.
    pub in_groups: Option<Vec<Uuid>>,
    /// Live, deleted, or both.
    pub deleted: DeletedFilter,
}

impl ResourceFilter {
    /// The filter as the engine counts, where it asks for nothing else.
    pub(super) fn only(&self) -> Option<Only<'_>> {
        let ResourceFilter { q, kind, tenant, attributes_contain, in_groups, deleted } = self;
        let plain = q.is_none() && attributes_contain.is_none() && in_groups.is_none();
        let only = Only { tenant: *tenant, sub: kind.as_deref() };
        (plain && *deleted == DeletedFilter::Live).then_some(only)
    }
}

/// One resource.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Resource> {
    let resource = known(ctx, id).await?;
    ctx.require(&READ, &resource)?;
    Ok(resource)
}

/// A page of the resources that the caller may read.
pub async fn list(
    ctx: &Ctx,
    filter: &ResourceFilter,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Resource>> {
    ctx.signed_in()?;
    let visible = if filter.deleted == DeletedFilter::Live {
        ctx.visible(&["read"], ObjectKind::Resource)?
    } else {
        ctx.require(&READ_DELETED, &Within::<Resource>::platform())?;
        Visibility::Everything
    };
    store::list(&ctx.reader(), &visible, filter, request).await
}

/// The kinds of the resources that the caller may read.
pub async fn kinds(ctx: &Ctx, tenant: Option<Uuid>) -> Result<Vec<String>> {
    ctx.signed_in()?;
    let visible = ctx.visible(&["read"], ObjectKind::Resource)?;
    store::kinds(&ctx.reader(), &visible, tenant).await
}

/// The live resource that an operation is about: whoever may not look everywhere is told `forbidden` about one that does
/// not exist.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Resource> {
    ctx.signed_in()?;
    let found = store::find_any(&ctx.reader(), id).await?;
    found
        .filter(|resource| resource.deleted_at.is_none())
        .ok_or_else(|| absent(ctx, "resource", id, &READ_ALL))
}

/// The object groups in which resources lie, by resource: one query for a page.
pub(super) async fn places(ctx: &Ctx, resources: &[Resource]) -> Result<HashMap<Uuid, Uuid>> {
    let ids: Vec<Uuid> = resources.iter().map(|resource| resource.id).collect();
    placement::parents_of(&ctx.reader(), ObjectKind::Resource, &ids).await
}
