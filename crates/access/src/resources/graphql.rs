//! The GraphQL door of resources.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Json, MaybeUndefined, Object, SimpleObject};
use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql::{self as door, DeletedFilter};
use atoll_base::{ListSort, Listed, Moment, PageBounds, Result, fields};
use serde_json::Value;
use uuid::Uuid;

use super::find::places;
use super::model::{self, ResourcePatch};
use super::{
    NewResource, ResourceFilter, clear_parent, create, delete, find, kinds, list, purge, restore, set_parent,
    update,
};
use crate::groups;

/// Something protected that is neither an entity nor a group.
#[derive(SimpleObject)]
#[graphql(name = "Resource")]
pub struct ResourceView {
    id: ID,
    kind: String,
    name: Option<String>,
    alias: Option<String>,
    tenant_id: Option<ID>,
    owner_id: Option<ID>,
    parent_group_id: Option<ID>,
    attributes: Json<Value>,
    deleted_at: Option<String>,
    deleted_by: Option<ID>,
    created_at: String,
    updated_at: Option<String>,
}

impl ResourceView {
    fn of(resource: model::Resource, places: &HashMap<Uuid, Uuid>) -> ResourceView {
        ResourceView {
            parent_group_id: places.get(&resource.id).copied().map(door::show),
            id: door::show(resource.id),
            kind: resource.kind,
            name: resource.name,
            alias: resource.alias.map(String::from),
            tenant_id: resource.tenant.map(door::show),
            owner_id: resource.owner.map(door::show),
            attributes: Json(resource.attributes),
            deleted_at: resource.deleted_at.map(Moment::rfc3339),
            deleted_by: resource.deleted_by.map(door::show),
            created_at: resource.created_at.rfc3339(),
            updated_at: resource.updated_at.map(Moment::rfc3339),
        }
    }

    async fn one(ctx: &Ctx, resource: model::Resource) -> Result<ResourceView> {
        let places = places(ctx, std::slice::from_ref(&resource)).await?;
        Ok(ResourceView::of(resource, &places))
    }
}

/// A page of resources.
#[derive(SimpleObject)]
pub struct ResourceList {
    items: Vec<ResourceView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

impl ResourceList {
    /// The page with the groups its resources lie in.
    pub(crate) async fn of(ctx: &Ctx, page: Listed<model::Resource>) -> Result<ResourceList> {
        let places = places(ctx, &page.items).await?;
        let items = page.items.into_iter().map(|resource| ResourceView::of(resource, &places)).collect();
        let (total, next_cursor) = (door::total(page.total.unwrap_or_default()), page.next);
        Ok(ResourceList { items, total, next_cursor })
    }
}

/// A new resource.
#[derive(InputObject)]
pub struct CreateResourceInput {
    /// An id of your own choice; made for you when left out.
    id: Option<ID>,
    kind: String,
    name: Option<String>,
    alias: Option<String>,
    tenant_id: Option<ID>,
    owner_id: Option<ID>,
    attributes: Option<Json<Value>>,
}

/// What to change: fields left out or null stay; alias and name are taken away by a blank, the alias also by null.
#[derive(InputObject)]
pub struct UpdateResourceInput {
    name: Option<String>,
    alias: MaybeUndefined<String>,
    attributes: Option<Json<Value>>,
}

/// Queries about resources.
#[derive(Default)]
pub struct ResourceQuery;

#[Object]
impl ResourceQuery {
    /// The resources you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn resources(
        &self,
        door: &Context<'_>,
        q: Option<String>,
        kind: Option<String>,
        tenant_id: Option<ID>,
        attributes_contains: Option<Json<Value>>,
        parent_group_id: Option<ID>,
        include_descendants: Option<bool>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<ResourceList> {
        let ctx = door::ctx(door)?;
        ctx.signed_in()?;
        let in_groups = match door::optional_id("parentGroupId", parent_group_id.as_ref())? {
            Some(group) if include_descendants == Some(true) => {
                Some(groups::with_descendants(&ctx.reader(), group).await?)
            }
            Some(group) => Some(vec![group]),
            None => None,
        };
        let attributes_contain = match door::object("attributesContains", attributes_contains)? {
            Value::Object(fields) if !fields.is_empty() => Some(fields),
            _ => None,
        };
        let filter = ResourceFilter {
            q,
            kind: kind.as_deref().map(model::kind).transpose()?,
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            attributes_contain,
            in_groups,
            deleted: deleted.unwrap_or_default(),
        };
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::AUTHORIZED, sort, (limit, offset), after)?;
        ResourceList::of(ctx, list(ctx, &filter, &request).await?).await
    }

    /// One resource.
    async fn resource(&self, door: &Context<'_>, id: ID) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        ResourceView::one(ctx, find(ctx, door::id("id", &id)?).await?).await
    }

    /// The kinds of the resources you may read, in alphabetical order.
    async fn resource_kinds(&self, door: &Context<'_>, tenant_id: Option<ID>) -> Result<Vec<String>> {
        kinds(door::ctx(door)?, door::optional_id("tenantId", tenant_id.as_ref())?).await
    }
}

/// Changes of resources.
#[derive(Default)]
pub struct ResourceMutation;

#[Object]
impl ResourceMutation {
    /// Makes a resource.
    async fn create_resource(&self, door: &Context<'_>, input: CreateResourceInput) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        let new = NewResource {
            id: door::optional_id("id", input.id.as_ref())?,
            kind: model::kind(&input.kind)?,
            name: model::name(input.name.as_deref())?,
            alias: Alias::optional(input.alias.as_deref())?,
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            owner: door::optional_id("ownerId", input.owner_id.as_ref())?,
            attributes: door::object("attributes", input.attributes)?,
        };
        ResourceView::one(ctx, create(ctx, new).await?).await
    }

    /// Changes a resource.
    async fn update_resource(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateResourceInput,
    ) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        let patch = ResourcePatch {
            name: input.name.map(|name| model::name(Some(&name))).transpose()?,
            alias: match input.alias {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(text) => Some(Alias::optional(Some(&text))?),
            },
            attributes: door::json(input.attributes)
                .filter(|value| !value.is_null())
                .map(|value| fields::object("attributes", Some(value)))
                .transpose()?,
        };
        ResourceView::one(ctx, update(ctx, door::id("id", &id)?, patch).await?).await
    }

    /// Deletes a resource softly: it can be restored.
    async fn delete_resource(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Brings a deleted resource back, for administrators of the platform.
    async fn restore_resource(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        restore(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Removes a deleted resource for good, for administrators of the platform: everything granted on it goes too.
    async fn purge_resource(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        purge(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Places a resource in an object group.
    async fn set_resource_parent_group(
        &self,
        door: &Context<'_>,
        resource_id: ID,
        group_id: ID,
    ) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        let (id, group) = (door::id("resourceId", &resource_id)?, door::id("groupId", &group_id)?);
        ResourceView::one(ctx, set_parent(ctx, id, group).await?).await
    }

    /// Places a resource in an object group.
    async fn add_resource_to_object_group(
        &self,
        door: &Context<'_>,
        resource_id: ID,
        object_group_id: ID,
    ) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        let (id, group) =
            (door::id("resourceId", &resource_id)?, door::id("objectGroupId", &object_group_id)?);
        ResourceView::one(ctx, set_parent(ctx, id, group).await?).await
    }

    /// Takes a resource out of its object group.
    async fn clear_resource_parent_group(&self, door: &Context<'_>, resource_id: ID) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        ResourceView::one(ctx, clear_parent(ctx, door::id("resourceId", &resource_id)?).await?).await
    }

    /// Takes a resource out of its object group.
    async fn remove_resource_from_object_group(
        &self,
        door: &Context<'_>,
        resource_id: ID,
    ) -> Result<ResourceView> {
        let ctx = door::ctx(door)?;
        ResourceView::one(ctx, clear_parent(ctx, door::id("resourceId", &resource_id)?).await?).await
    }
}
