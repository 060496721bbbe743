//! Reading groups.

use atoll_base::ctx::{Ctx, Guarded, May, Rule, Visibility, Within};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::{ListRequest, ListSort, Listed, Result};
use atoll_policy::{GroupFlavour, ObjectKind, ObjectRef, Only, Status};
use uuid::Uuid;

use super::model::Group;
use super::{members, store};
use crate::tenancy::absent;

/// Who may read a group: whoever a decision allows, and readers and administrators of its tenant also when it is
/// switched off.
pub(crate) const READ: Rule = Rule::any(&[
    May::object("read"),
    May::scope("read"),
    May::object("manage"),
    May::scope("manage"),
    May::decision("read"),
]);

/// Who may look into a group.
pub(crate) const LOOK_INTO: Rule =
    Rule::any(&[May::object("read"), May::scope("read"), May::object("manage"), May::scope("manage")]);

/// Who may be told that a group does not exist.
pub(crate) const READ_ALL: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

/// Who may list deleted groups.
pub(crate) const READ_DELETED: Rule = Rule::any(&[May::platform("manage")]);

/// Which groups to list.
#[derive(Clone, Debug, Default)]
pub struct GroupFilter {
    /// Text in name, description or attributes.
    pub q: Option<String>,
    /// Of this flavour.
    pub flavour: Option<GroupFlavour>,
    /// Of this tenant.
    pub tenant: Option<Uuid>,
    /// Directly below this group.
    pub parent: Option<Uuid>,
    /// In this status.
    pub status: Option<Status>,
    /// Live, deleted, or both.
    pub deleted: DeletedFilter,
}

impl GroupFilter {
    /// The filter as the engine counts, where it asks for nothing else.
    pub(super) fn only(&self) -> Option<Only<'static>> {
        let GroupFilter { q, flavour, tenant, parent, status, deleted } = self;
        let plain = q.is_none() && parent.is_none() && status.is_none();
        let only = Only { tenant: *tenant, sub: flavour.map(GroupFlavour::as_str) };
        (plain && *deleted == DeletedFilter::Live).then_some(only)
    }
}

/// One group.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Group> {
    let group = known(ctx, id).await?;
    ctx.require(&READ, &group)?;
    Ok(group)
}

/// A page of the groups that the caller may read.
pub async fn list(ctx: &Ctx, filter: &GroupFilter, request: &ListRequest<ListSort>) -> Result<Listed<Group>> {
    ctx.signed_in()?;
    let visible = if filter.deleted == DeletedFilter::Live {
        ctx.visible(&["read"], ObjectKind::Group)?
    } else {
        ctx.require(&READ_DELETED, &Within::<Group>::platform())?;
        Visibility::Everything
    };
    store::list(&ctx.reader(), &visible, filter, request).await
}

/// A page of the groups directly below a group that the caller may look into, as far as the caller may read them.
pub async fn list_children(
    ctx: &Ctx,
    parent: Uuid,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Group>> {
    let above = known(ctx, parent).await?;
    ctx.require(&LOOK_INTO, &above)?;
    list(ctx, &GroupFilter { parent: Some(parent), ..GroupFilter::default() }, request).await
}

/// The principal groups that an entity is directly in, sorted by id.
pub async fn list_of_entity(ctx: &Ctx, entity: Uuid) -> Result<Vec<Uuid>> {
    ctx.signed_in()?;
    let known = ctx.world()?.entity(entity).filter(|known| !known.deleted).map(|known| known.tenant);
    let Some(tenant) = known else { return Err(absent(ctx, "entity", entity, &READ_ALL)) };
    ctx.require(&LOOK_INTO, &Member { entity, tenant })?;
    members::groups_of(&ctx.reader(), entity).await
}

/// The live group that an operation is about: whoever may not look everywhere is told `forbidden` about one that does
/// not exist.
pub(crate) async fn known(ctx: &Ctx, id: Uuid) -> Result<Group> {
    ctx.signed_in()?;
    let found = store::find_any(&ctx.reader(), id).await?;
    found.filter(|group| group.deleted_at.is_none()).ok_or_else(|| absent(ctx, "group", id, &READ_ALL))
}

/// An entity whose groups are looked at.
struct Member {
    entity: Uuid,
    tenant: Option<Uuid>,
}

impl Guarded for Member {
    type Noun = Group;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Entity, self.entity))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}
