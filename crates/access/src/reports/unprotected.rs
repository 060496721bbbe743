//! Resources that nothing but wide grants opens.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{ListRequest, ListSort, Listed, Result};
use atoll_policy::{ObjectKind, Scope, VisibleScope};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{About, READ};
use crate::resources::{self, Resource, ResourceFilter};
use crate::{blocks, groups};

/// A page of the live resources of a tenant, or of all, that no unconditional allow reaches but those over a whole tenant
/// or the platform: nobody has been given anything on them in particular.
pub async fn unprotected_resources(
    ctx: &Ctx,
    tenant: Option<Uuid>,
    kind: Option<String>,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Resource>> {
    ctx.require(&READ, &Within::<About>::tenant(tenant))?;
    let conn = &ctx.reader();
    let mut opened = Vec::new();
    for (within, scope) in blocks::store::scopes_opened(conn, tenant, ctx.now()).await? {
        opened.extend(over_resources(conn, within, scope).await?);
    }
    let filter = ResourceFilter { tenant, kind, ..ResourceFilter::default() };
    resources::store::unopened(conn, &filter, &opened, ctx.now(), request).await
}

/// What a scope covers among resources, as a filter.
async fn over_resources(
    conn: &impl ConnectionTrait,
    within: Option<Uuid>,
    scope: Scope,
) -> Result<Option<VisibleScope>> {
    const KIND: ObjectKind = ObjectKind::Resource;
    Ok(match scope {
        Scope::Kind(KIND) => Some(VisibleScope::Everything { within }),
        Scope::Type(of) if of.kind == KIND => Some(VisibleScope::Type { sub: of.sub, within }),
        Scope::GroupDirectObjects { group, object_type: of } if of.kind == KIND => {
            Some(VisibleScope::PlacedIn { groups: vec![group], sub: of.sub, within })
        }
        Scope::GroupDescendantObjects { group, object_type: of } if of.kind == KIND => {
            let mut below = groups::store::below(conn, group).await?;
            below.retain(|one| *one != group);
            Some(VisibleScope::PlacedIn { groups: below, sub: of.sub, within })
        }
        _ => None,
    })
}
