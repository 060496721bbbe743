//! Reading entities.

use atoll_access::groups::GroupAt;
use atoll_base::ctx::{Caller, Ctx, May, Rule, Visibility, Within};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::{Common, ListRequest, ListSort, Listed, Result};
use atoll_policy::{EntityKind, ObjectKind, Only, Status};
use uuid::Uuid;

use super::model::Entity;
use super::store;
use crate::scim::Called;

/// Who may read an entity: itself, and whoever a decision allows; the platform's administrators also one that is not
/// active.
pub const READ: Rule = Rule::any(&[
    May::decision("read"),
    May::decision("manage"),
    May::platform("read"),
    May::platform("manage"),
])
.or_self();

/// Who is told that an entity does not exist; others are only told that they may not.
pub const READ_ALL: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

/// Who may list deleted entities.
pub(crate) const READ_DELETED: Rule = Rule::any(&[May::platform("manage")]);

/// Who may read the members of a group.
pub(crate) const READ_GROUP: Rule =
    Rule::any(&[May::object("read"), May::object("manage"), May::scope("read"), May::scope("manage")])
        .even_inactive();

/// Which entities to list.
#[derive(Clone, Debug, Default)]
pub struct EntityFilter {
    /// Text in name, alias or attributes.
    pub q: Option<String>,
    /// Of this kind.
    pub kind: Option<EntityKind>,
    /// With this profile.
    pub profile: Option<Uuid>,
    /// At home in this tenant.
    pub tenant: Option<Uuid>,
    /// Placed in this object group.
    pub parent_group: Option<Uuid>,
    /// Or in a group below it.
    pub include_descendants: bool,
    /// In this status.
    pub status: Option<Status>,
    /// Live, deleted, or both.
    pub deleted: DeletedFilter,
    /// Called like this.
    pub called: Option<Called>,
}

impl EntityFilter {
    /// The filter as the engine counts, where it asks for nothing else.
    pub(super) fn only(&self) -> Option<Only<'static>> {
        let EntityFilter {
            q,
            kind,
            profile,
            tenant,
            parent_group,
            include_descendants: _,
            status,
            deleted,
            called,
        } = self;
        let plain = q.is_none()
            && profile.is_none()
            && parent_group.is_none()
            && status.is_none()
            && called.is_none();
        let only = Only { tenant: *tenant, sub: kind.map(EntityKind::as_str) };
        (plain && *deleted == DeletedFilter::Live).then_some(only)
    }
}

/// One entity. Whoever may not read it learns nothing about whether it exists.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Entity> {
    let entity = known(ctx, id).await?;
    ctx.require(&READ, &entity)?;
    Ok(entity)
}

/// A page of the entities that the caller may read.
pub async fn list(
    ctx: &Ctx,
    filter: &EntityFilter,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Entity>> {
    ctx.signed_in()?;
    let visible = if filter.deleted == DeletedFilter::Live {
        ctx.visible(&["read"], ObjectKind::Entity)?
    } else {
        ctx.require(&READ_DELETED, &Within::<Entity>::platform())?;
        Visibility::Everything
    };
    let conn = &ctx.reader();
    let groups = match filter.parent_group {
        Some(group) if filter.include_descendants => {
            Some(atoll_access::groups::with_descendants(conn, group).await?)
        }
        Some(group) => Some(vec![group]),
        None => None,
    };
    store::list(conn, &visible, filter, groups.as_deref(), request).await
}

/// The direct members of a principal group, by name.
pub async fn find_group_members(ctx: &Ctx, group: Uuid) -> Result<Vec<Entity>> {
    ctx.signed_in()?;
    let world = ctx.world()?;
    let known = world.group(group).filter(|known| !known.deleted);
    ctx.require(&READ_GROUP, &GroupAt { id: group, tenant: known.and_then(|known| known.tenant) })?;
    if known.is_none() {
        return Err(Common::not_found("group", group).into());
    }
    store::group_members(&ctx.reader(), group).await
}

/// Whether an entity is live and switched on; for callers who may know.
pub async fn in_use(ctx: &Ctx, id: Uuid) -> Result<bool> {
    Ok(store::find_any(&ctx.reader(), id).await?.is_some_and(|entity| entity.in_use()))
}

/// The live entity an operation is about: whoever may not read it is told `forbidden`, as for one that does not exist.
pub async fn known(ctx: &Ctx, id: Uuid) -> Result<Entity> {
    if matches!(ctx.caller(), Caller::Nobody) {
        return Err(Common::NotSignedIn.into());
    }
    let found = store::find_any(&ctx.reader(), id).await?;
    match found.filter(|entity| entity.deleted_at.is_none()) {
        Some(entity) => Ok(entity),
        None if ctx.may(&READ_ALL, &Within::<Entity>::platform())? => {
            Err(Common::not_found("entity", id).into())
        }
        None => Err(Common::Forbidden.into()),
    }
}
