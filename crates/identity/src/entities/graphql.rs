//! The GraphQL door of entities.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Json, MaybeUndefined, Object, SimpleObject};
use atoll_access::groups::placement;
use atoll_access::words::{EntityKind, EntityStatus};
use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql::{self as door, DeletedFilter};
use atoll_base::{ListSort, Listed, Moment, PageBounds, Result, fields};
use atoll_policy::ObjectKind;
use serde_json::Value;
use uuid::Uuid;

use super::model::{self, EntityPatch};
use super::{
    EntityFilter, NewEntity, clear_parent, create, delete, disable, enable, find, find_group_members, list,
    purge, restore, set_parent, update,
};

/// An entity: a person, device, service, workload or application.
#[derive(SimpleObject)]
#[graphql(name = "Entity")]
pub struct EntityView {
    id: ID,
    kind: EntityKind,
    profile_id: Option<ID>,
    profile_version_id: Option<ID>,
    name: String,
    alias: Option<String>,
    tenant_id: Option<ID>,
    /// The object group it lies in.
    parent_group_id: Option<ID>,
    status: EntityStatus,
    attributes: Json<Value>,
    deleted_at: Option<String>,
    deleted_by: Option<ID>,
    created_at: String,
    updated_at: Option<String>,
}

impl EntityView {
    fn new(entity: model::Entity, parent: Option<Uuid>) -> EntityView {
        EntityView {
            id: door::show(entity.id),
            kind: entity.kind.into(),
            profile_id: entity.profile.map(door::show),
            profile_version_id: entity.profile_version.map(door::show),
            name: entity.name,
            alias: entity.alias.map(String::from),
            tenant_id: entity.tenant.map(door::show),
            parent_group_id: parent.map(door::show),
            status: entity.status.into(),
            attributes: Json(entity.attributes),
            deleted_at: entity.deleted_at.map(Moment::rfc3339),
            deleted_by: entity.deleted_by.map(door::show),
            created_at: entity.created_at.rfc3339(),
            updated_at: entity.updated_at.map(Moment::rfc3339),
        }
    }

    /// The entity with the group it lies in.
    pub async fn of(ctx: &Ctx, entity: model::Entity) -> Result<EntityView> {
        let mut views = EntityView::all_of(ctx, vec![entity]).await?;
        views.pop().ok_or_else(|| atoll_base::Common::bug("an entity without a view").into())
    }

    /// Entities with the groups they lie in, found in one query.
    pub async fn all_of(ctx: &Ctx, entities: Vec<model::Entity>) -> Result<Vec<EntityView>> {
        let ids: Vec<Uuid> = entities.iter().map(|entity| entity.id).collect();
        let parents: HashMap<Uuid, Uuid> =
            placement::parents_of(&ctx.reader(), ObjectKind::Entity, &ids).await?;
        Ok(entities
            .into_iter()
            .map(|entity| {
                let parent = parents.get(&entity.id).copied();
                EntityView::new(entity, parent)
            })
            .collect())
    }
}

/// A page of entities.
#[derive(SimpleObject)]
pub struct EntityList {
    items: Vec<EntityView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

impl EntityList {
    /// The page with the groups its entities lie in.
    pub async fn of(ctx: &Ctx, page: Listed<model::Entity>) -> Result<EntityList> {
        let (total, next_cursor) = (door::total(page.total.unwrap_or_default()), page.next);
        Ok(EntityList { items: EntityView::all_of(ctx, page.items).await?, total, next_cursor })
    }
}

/// A new entity.
#[derive(InputObject)]
pub struct CreateEntityInput {
    /// An id of your own choice; made for you when left out.
    id: Option<ID>,
    profile_id: Option<ID>,
    /// The newest active version of the profile when left out.
    profile_version_id: Option<ID>,
    /// Follows from the profile when that is given.
    kind: Option<EntityKind>,
    name: String,
    alias: Option<String>,
    tenant_id: Option<ID>,
    attributes: Option<Json<Value>>,
}

/// What to change: fields left out or null stay; the alias is taken away by null or a blank, the profile by a blank; a
/// blank tenant moves the entity to the platform.
#[derive(InputObject)]
pub struct UpdateEntityInput {
    name: Option<String>,
    kind: Option<EntityKind>,
    alias: MaybeUndefined<String>,
    tenant_id: Option<ID>,
    profile_id: Option<ID>,
    profile_version_id: Option<ID>,
    status: Option<EntityStatus>,
    attributes: Option<Json<Value>>,
}

/// An id that may be left out, or taken away by a blank.
fn id_or_none(argument: &'static str, value: Option<&ID>) -> Result<Option<Option<Uuid>>> {
    match value {
        None => Ok(None),
        Some(value) if value.trim().is_empty() => Ok(Some(None)),
        Some(value) => Ok(Some(Some(door::id(argument, value)?))),
    }
}

/// Queries about entities.
#[derive(Default)]
pub struct EntityQuery;

#[Object]
impl EntityQuery {
    /// One entity.
    async fn entity(&self, door: &Context<'_>, id: ID) -> Result<EntityView> {
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, find(ctx, door::id("id", &id)?).await?).await
    }

    /// The entities you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn entities(
        &self,
        door: &Context<'_>,
        q: Option<String>,
        kind: Option<EntityKind>,
        profile_id: Option<ID>,
        tenant_id: Option<ID>,
        parent_group_id: Option<ID>,
        include_descendants: Option<bool>,
        status: Option<EntityStatus>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<EntityList> {
        let ctx = door::ctx(door)?;
        let filter = EntityFilter {
            q,
            kind: kind.map(Into::into),
            profile: door::optional_id("profileId", profile_id.as_ref())?,
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            parent_group: door::optional_id("parentGroupId", parent_group_id.as_ref())?,
            include_descendants: include_descendants.unwrap_or_default(),
            status: status.map(Into::into),
            deleted: deleted.unwrap_or_default(),
            called: None,
        };
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::AUTHORIZED, sort, (limit, offset), after)?;
        EntityList::of(ctx, list(ctx, &filter, &request).await?).await
    }

    /// The direct members of a principal group, by name.
    async fn group_members(&self, door: &Context<'_>, group_id: ID) -> Result<Vec<EntityView>> {
        let ctx = door::ctx(door)?;
        let members = find_group_members(ctx, door::id("groupId", &group_id)?).await?;
        EntityView::all_of(ctx, members).await
    }
}

/// Changes of entities.
#[derive(Default)]
pub struct EntityMutation;

#[Object]
impl EntityMutation {
    /// Makes an entity.
    async fn create_entity(&self, door: &Context<'_>, input: CreateEntityInput) -> Result<EntityView> {
        let new = NewEntity {
            id: door::optional_id("id", input.id.as_ref())?,
            kind: input.kind.map(Into::into),
            profile: door::optional_id("profileId", input.profile_id.as_ref())?,
            profile_version: door::optional_id("profileVersionId", input.profile_version_id.as_ref())?,
            name: fields::name("name", &input.name)?,
            alias: Alias::optional(input.alias.as_deref())?,
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            attributes: door::object("attributes", input.attributes)?,
        };
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, create(ctx, new).await?).await
    }

    /// Changes an entity. Of yourself you can change the name and the alias.
    async fn update_entity(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateEntityInput,
    ) -> Result<EntityView> {
        let patch = EntityPatch {
            name: input.name.as_deref().map(|name| fields::name("name", name)).transpose()?,
            kind: input.kind.map(Into::into),
            alias: match input.alias {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(text) => Some(Alias::optional(Some(&text))?),
            },
            tenant: id_or_none("tenantId", input.tenant_id.as_ref())?,
            profile: id_or_none("profileId", input.profile_id.as_ref())?,
            profile_version: door::optional_id("profileVersionId", input.profile_version_id.as_ref())?,
            status: input.status.map(Into::into),
            attributes: door::json(input.attributes)
                .filter(|value| !value.is_null())
                .map(|value| fields::object("attributes", Some(value)))
                .transpose()?,
        };
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, update(ctx, door::id("id", &id)?, patch).await?).await
    }

    /// Deletes an entity softly: it can be restored, its credentials and sessions cannot.
    async fn delete_entity(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Brings a deleted entity back, for administrators of the platform. Its credentials stay revoked.
    async fn restore_entity(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        restore(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Removes a deleted entity for good, for administrators of the platform: everything granted to it or on it goes too.
    async fn purge_entity(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        purge(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Switches an entity on.
    async fn enable_entity(&self, door: &Context<'_>, id: ID) -> Result<EntityView> {
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, enable(ctx, door::id("id", &id)?).await?).await
    }

    /// Switches an entity off: whatever it proves itself with is refused.
    async fn disable_entity(&self, door: &Context<'_>, id: ID) -> Result<EntityView> {
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, disable(ctx, door::id("id", &id)?).await?).await
    }

    /// Places an entity in an object group, out of whichever it was in.
    async fn set_entity_parent_group(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        group_id: ID,
    ) -> Result<EntityView> {
        let (entity, group) = (door::id("entityId", &entity_id)?, door::id("groupId", &group_id)?);
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, set_parent(ctx, entity, group).await?).await
    }

    /// The same as `setEntityParentGroup`.
    async fn add_entity_to_object_group(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        object_group_id: ID,
    ) -> Result<EntityView> {
        let (entity, group) =
            (door::id("entityId", &entity_id)?, door::id("objectGroupId", &object_group_id)?);
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, set_parent(ctx, entity, group).await?).await
    }

    /// Takes an entity out of its object group.
    async fn clear_entity_parent_group(&self, door: &Context<'_>, entity_id: ID) -> Result<EntityView> {
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, clear_parent(ctx, door::id("entityId", &entity_id)?).await?).await
    }

    /// The same as `clearEntityParentGroup`.
    async fn remove_entity_from_object_group(&self, door: &Context<'_>, entity_id: ID) -> Result<EntityView> {
        let ctx = door::ctx(door)?;
        EntityView::of(ctx, clear_parent(ctx, door::id("entityId", &entity_id)?).await?).await
    }
}
