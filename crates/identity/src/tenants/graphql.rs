//! The GraphQL door of tenants.

use async_graphql::{Context, Enum, ID, InputObject, Json, MaybeUndefined, Object, SimpleObject};
use atoll_base::alias::Alias;
use atoll_base::door::graphql::{self as door, DeletedFilter};
use atoll_base::{ListSort, Moment, PageBounds, Result, fields};
use atoll_policy as policy;
use serde_json::Value;

use super::model::{self, TenantPatch, TenantRoute};
use super::{NewTenant, TenantFilter, create, delete, find, list, purge, restore, set_status, update};

/// Where a tenant stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "policy::TenantStatus")]
pub enum TenantStatus {
    /// Everything works.
    Active,
    /// Switched off.
    Inactive,
    /// Held still.
    Frozen,
    /// Soft-deleted.
    Deleted,
}

/// A tenant: the boundary inside which entities, resources, groups and roles live.
#[derive(SimpleObject)]
#[graphql(name = "Tenant")]
pub struct TenantView {
    id: ID,
    name: String,
    alias: Option<String>,
    route: Option<String>,
    status: TenantStatus,
    tags: Vec<String>,
    attributes: Json<Value>,
    created_by: Option<ID>,
    updated_by: Option<ID>,
    deleted_at: Option<String>,
    deleted_by: Option<ID>,
    created_at: String,
    updated_at: Option<String>,
}

impl From<model::Tenant> for TenantView {
    fn from(tenant: model::Tenant) -> TenantView {
        TenantView {
            id: door::show(tenant.id),
            name: tenant.name,
            alias: tenant.alias.map(String::from),
            route: tenant.route.map(|route| route.as_str().to_owned()),
            status: tenant.status.into(),
            tags: tenant.tags,
            attributes: Json(tenant.attributes),
            created_by: tenant.created_by.map(door::show),
            updated_by: tenant.updated_by.map(door::show),
            deleted_at: tenant.deleted_at.map(Moment::rfc3339),
            deleted_by: tenant.deleted_by.map(door::show),
            created_at: tenant.created_at.rfc3339(),
            updated_at: tenant.updated_at.map(Moment::rfc3339),
        }
    }
}

/// A page of tenants.
#[derive(SimpleObject)]
pub struct TenantList {
    items: Vec<TenantView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new tenant.
#[derive(InputObject)]
pub struct CreateTenantInput {
    /// An id of your own choice; made for you when left out.
    id: Option<ID>,
    name: String,
    alias: Option<String>,
    route: Option<String>,
    tags: Option<Vec<String>>,
    attributes: Option<Json<Value>>,
}

/// What to change: fields left out or null stay; alias and route are taken away by null or a blank.
#[derive(InputObject)]
pub struct UpdateTenantInput {
    name: Option<String>,
    alias: MaybeUndefined<String>,
    route: MaybeUndefined<String>,
    tags: Option<Vec<String>>,
    attributes: Option<Json<Value>>,
}

/// Queries about tenants.
#[derive(Default)]
pub struct TenantQuery;

#[Object]
impl TenantQuery {
    /// The tenants you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn tenants(
        &self,
        door: &Context<'_>,
        q: Option<String>,
        name: Option<String>,
        alias: Option<String>,
        status: Option<TenantStatus>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<TenantList> {
        let filter = TenantFilter {
            q,
            name,
            alias,
            status: status.map(Into::into),
            deleted: deleted.unwrap_or_default(),
        };
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        let page = list(door::ctx(door)?, &filter, &request).await?;
        Ok(TenantList {
            total: door::total(page.total.unwrap_or_default()),
            next_cursor: page.next,
            items: page.items.into_iter().map(Into::into).collect(),
        })
    }

    /// One tenant.
    async fn tenant(&self, door: &Context<'_>, id: ID) -> Result<TenantView> {
        Ok(find(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }
}

/// Changes of tenants.
#[derive(Default)]
pub struct TenantMutation;

#[Object]
impl TenantMutation {
    /// Makes a tenant with its role `tenant-admin`, which you receive.
    async fn create_tenant(&self, door: &Context<'_>, input: CreateTenantInput) -> Result<TenantView> {
        let new = NewTenant {
            id: door::optional_id("id", input.id.as_ref())?,
            name: fields::name("name", &input.name)?,
            alias: Alias::optional(input.alias.as_deref())?,
            route: TenantRoute::optional(input.route.as_deref())?,
            tags: model::tags(input.tags.unwrap_or_default())?,
            attributes: door::object("attributes", input.attributes)?,
        };
        Ok(create(door::ctx(door)?, new).await?.into())
    }

    /// Changes a tenant.
    async fn update_tenant(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateTenantInput,
    ) -> Result<TenantView> {
        let patch = TenantPatch {
            name: input.name.as_deref().map(|name| fields::name("name", name)).transpose()?,
            alias: match input.alias {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(text) => Some(Alias::optional(Some(&text))?),
            },
            route: match input.route {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(text) => Some(TenantRoute::optional(Some(&text))?),
            },
            tags: input.tags.map(model::tags).transpose()?,
            attributes: door::json(input.attributes)
                .filter(|value| !value.is_null())
                .map(|value| fields::object("attributes", Some(value)))
                .transpose()?,
        };
        Ok(update(door::ctx(door)?, door::id("id", &id)?, patch).await?.into())
    }

    /// Deletes a tenant softly: it can be restored.
    async fn delete_tenant(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Brings a deleted tenant back, for administrators of the platform.
    async fn restore_tenant(&self, door: &Context<'_>, id: ID) -> Result<TenantView> {
        Ok(restore(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// Removes a deleted tenant for good with everything in it, for administrators of the platform.
    async fn purge_tenant(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        purge(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Switches a tenant on.
    async fn enable_tenant(&self, door: &Context<'_>, id: ID) -> Result<TenantView> {
        Ok(set_status(door::ctx(door)?, door::id("id", &id)?, policy::TenantStatus::Active).await?.into())
    }

    /// Switches a tenant off.
    async fn disable_tenant(&self, door: &Context<'_>, id: ID) -> Result<TenantView> {
        Ok(set_status(door::ctx(door)?, door::id("id", &id)?, policy::TenantStatus::Inactive).await?.into())
    }

    /// Holds a tenant still: nothing in it is allowed until it is switched on again.
    async fn freeze_tenant(&self, door: &Context<'_>, id: ID) -> Result<TenantView> {
        Ok(set_status(door::ctx(door)?, door::id("id", &id)?, policy::TenantStatus::Frozen).await?.into())
    }
}
