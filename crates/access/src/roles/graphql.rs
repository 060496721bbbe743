//! The GraphQL door of roles.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Lookahead, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql::{self as door, DeletedFilter};
use atoll_base::{ListSort, Moment, PageBounds, Result, fields};
use uuid::Uuid;

use super::find::{blocks_held, held_by};
use super::{DerivedKind, NewRole, Role, RoleFilter, RolePatch};
use super::{create, delete, find, list, purge, replace_blocks, restore, update};
use crate::blocks::graphql::BlockView;

/// A named set of permission blocks.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Role")]
pub struct RoleView {
    id: ID,
    name: String,
    tenant_id: Option<ID>,
    description: Option<String>,
    /// `simple` when it holds blocks, `empty` otherwise.
    derived_kind: String,
    permission_blocks: Vec<BlockView>,
    deleted_at: Option<String>,
    deleted_by: Option<ID>,
    created_at: String,
    updated_at: Option<String>,
}

impl RoleView {
    fn new(role: Role, holds: bool, permission_blocks: Vec<BlockView>) -> RoleView {
        RoleView {
            id: door::show(role.id),
            name: role.name,
            tenant_id: role.tenant.map(door::show),
            description: role.description,
            derived_kind: if holds { "simple" } else { "empty" }.to_owned(),
            permission_blocks,
            deleted_at: role.deleted_at.map(Moment::rfc3339),
            deleted_by: role.deleted_by.map(door::show),
            created_at: role.created_at.rfc3339(),
            updated_at: role.updated_at.map(Moment::rfc3339),
        }
    }

    /// Shows roles, in their order, with one look each for what all of them hold; the blocks themselves only where the
    /// query asks for them below `selected`.
    pub(crate) async fn of(ctx: &Ctx, selected: Lookahead<'_>, roles: Vec<Role>) -> Result<Vec<RoleView>> {
        let ids: Vec<Uuid> = roles.iter().map(|role| role.id).collect();
        let held = held_by(ctx, &ids).await?;
        let mut views: HashMap<Uuid, BlockView> = HashMap::new();
        if selected.field("permissionBlocks").exists() {
            let blocks = blocks_held(ctx, &held).await?;
            let ids: Vec<Uuid> = blocks.iter().map(|block| block.id).collect();
            views = ids.into_iter().zip(BlockView::of(ctx, blocks).await?).collect();
        }
        let show = |role: Role| {
            let held = held.get(&role.id).map_or(&[][..], Vec::as_slice);
            let blocks = held.iter().filter_map(|block| views.get(block)).cloned().collect();
            RoleView::new(role, !held.is_empty(), blocks)
        };
        Ok(roles.into_iter().map(show).collect())
    }

    async fn one(ctx: &Ctx, door: &Context<'_>, role: Role) -> Result<RoleView> {
        let shown = RoleView::of(ctx, door.look_ahead(), vec![role]).await?.pop();
        Ok(shown.ok_or_else(|| atoll_base::Common::bug("a role was not shown"))?)
    }
}

/// A page of roles.
#[derive(SimpleObject)]
pub struct RoleList {
    items: Vec<RoleView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new role.
#[derive(InputObject)]
pub struct CreateRoleInput {
    /// An id of your own; made for you when left out.
    id: Option<ID>,
    name: String,
    tenant_id: Option<ID>,
    description: Option<String>,
}

/// What to change: fields left out or null stay; a blank description is taken away.
#[derive(InputObject)]
pub struct UpdateRoleInput {
    name: Option<String>,
    description: Option<String>,
}

/// Queries about roles.
#[derive(Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// The roles of a tenant, or all, for those who deal with roles there.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn roles(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        derived_kind: Option<String>,
        q: Option<String>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        #[graphql(desc = "`name_asc` when left out.")] sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<RoleList> {
        let ctx = door::ctx(door)?;
        let filter = RoleFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            derived_kind: derived_kind.as_deref().map(DerivedKind::read).transpose()?,
            q,
            deleted: deleted.unwrap_or_default(),
        };
        let sort = sort.unwrap_or(ListSort::NameAsc);
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        let page = list(ctx, &filter, &request).await?;
        let items = RoleView::of(ctx, door.look_ahead().field("items"), page.items).await?;
        let (total, next_cursor) = (door::total(page.total.unwrap_or_default()), page.next);
        Ok(RoleList { items, total, next_cursor })
    }

    /// One role.
    async fn role(&self, door: &Context<'_>, id: ID) -> Result<RoleView> {
        let ctx = door::ctx(door)?;
        RoleView::one(ctx, door, find(ctx, door::id("id", &id)?).await?).await
    }
}

/// Changes of roles.
#[derive(Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Makes a role that holds nothing yet.
    async fn create_role(&self, door: &Context<'_>, input: CreateRoleInput) -> Result<RoleView> {
        let ctx = door::ctx(door)?;
        let new = NewRole {
            id: door::optional_id("id", input.id.as_ref())?,
            name: fields::name("name", &input.name)?,
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            description: fields::description(input.description.as_deref())?,
        };
        RoleView::one(ctx, door, create(ctx, new).await?).await
    }

    /// Changes a role.
    async fn update_role(&self, door: &Context<'_>, id: ID, input: UpdateRoleInput) -> Result<RoleView> {
        let ctx = door::ctx(door)?;
        let patch = RolePatch {
            name: input.name.as_deref().map(|name| fields::name("name", name)).transpose()?,
            description: input.description.map(|text| fields::description(Some(&text))).transpose()?,
        };
        RoleView::one(ctx, door, update(ctx, door::id("id", &id)?, patch).await?).await
    }

    /// Deletes a role softly: it can be restored.
    async fn delete_role(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Brings a deleted role back, for administrators of the platform: its assignments count again.
    async fn restore_role(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        restore(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Removes a deleted role for good, for administrators of the platform.
    async fn purge_role(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        purge(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Lets a role hold exactly these blocks.
    async fn replace_role_permission_blocks(
        &self,
        door: &Context<'_>,
        role_id: ID,
        permission_block_ids: Vec<ID>,
    ) -> Result<bool> {
        let ids = permission_block_ids.iter().map(|id| door::id("permissionBlockIds", id));
        let blocks = ids.collect::<Result<Vec<_>>>()?;
        replace_blocks(door::ctx(door)?, door::id("roleId", &role_id)?, &blocks).await?;
        Ok(true)
    }
}
