//! The GraphQL door of permission blocks.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql as door;
use atoll_base::{PageBounds, Result, TimeSort};
use atoll_policy::{self as policy, ScopeColumns};
use serde_json::Value;
use uuid::Uuid;

use super::{Block, BlockFilter, NewBlock, actions_of, create, delete, find, list};
use crate::actions::Action;
use crate::actions::graphql::ActionView;
use crate::words::Effect;

/// What may, or may not, be done where, under which conditions.
#[derive(Clone, SimpleObject)]
#[graphql(name = "PermissionBlock")]
pub struct BlockView {
    id: ID,
    tenant_id: Option<ID>,
    scope_mode: String,
    object_kind: Option<String>,
    object_type: Option<String>,
    object_id: Option<ID>,
    group_id: Option<ID>,
    effect: Effect,
    conditions: Json<Value>,
    actions: Vec<ActionView>,
    created_at: String,
    updated_at: String,
}

impl BlockView {
    fn new(block: Block, actions: &HashMap<Uuid, Action>) -> BlockView {
        let columns = block.scope.columns(block.tenant);
        let mut held: Vec<Action> = block.actions.iter().filter_map(|id| actions.get(id)).cloned().collect();
        held.sort_by(|a, b| a.name.cmp(&b.name));
        BlockView {
            id: door::show(block.id),
            tenant_id: columns.tenant_id.map(door::show),
            scope_mode: columns.scope_mode,
            object_kind: columns.object_kind,
            object_type: columns.object_type,
            object_id: columns.object_id.map(door::show),
            group_id: columns.group_id.map(door::show),
            effect: block.effect.into(),
            conditions: Json(block.conditions),
            actions: held.into_iter().map(Into::into).collect(),
            created_at: block.created_at.rfc3339(),
            updated_at: block.updated_at.rfc3339(),
        }
    }

    /// Shows blocks, in their order, with one look for the actions of all.
    pub(crate) async fn of(ctx: &Ctx, blocks: Vec<Block>) -> Result<Vec<BlockView>> {
        let actions = actions_of(ctx, &blocks).await?;
        Ok(blocks.into_iter().map(|block| BlockView::new(block, &actions)).collect())
    }

    /// Shows one block.
    pub(crate) async fn one(ctx: &Ctx, block: Block) -> Result<BlockView> {
        let actions = actions_of(ctx, [&block]).await?;
        Ok(BlockView::new(block, &actions))
    }
}

/// A page of permission blocks.
#[derive(SimpleObject)]
pub struct PermissionBlockList {
    items: Vec<BlockView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new permission block. `scopeMode` is `platform`, `tenant`, `object_kind`, `object_type`, `object`, `group`,
/// `group_direct_objects`, `group_descendant_objects`, `group_child_groups` or `group_descendant_groups`.
#[derive(InputObject)]
pub struct CreatePermissionBlockInput {
    /// An id of your own; made for you when left out.
    id: Option<ID>,
    tenant_id: Option<ID>,
    scope_mode: String,
    object_kind: Option<String>,
    /// `resource:channel` or `channel`.
    object_type: Option<String>,
    object_id: Option<ID>,
    group_id: Option<ID>,
    /// `allow` when left out.
    effect: Option<Effect>,
    /// An object of `"path": value or {operator: value}`; `{}` when left out.
    conditions: Option<Json<Value>>,
    action_ids: Vec<ID>,
}

impl CreatePermissionBlockInput {
    pub(crate) fn read(self) -> Result<NewBlock> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        Ok(NewBlock {
            id: door::optional_id("id", self.id.as_ref())?,
            columns: ScopeColumns {
                scope_mode: self.scope_mode,
                tenant_id: door::optional_id("tenantId", self.tenant_id.as_ref())?,
                object_kind: given(self.object_kind),
                object_type: given(self.object_type),
                object_id: door::optional_id("objectId", self.object_id.as_ref())?,
                group_id: door::optional_id("groupId", self.group_id.as_ref())?,
            },
            effect: self.effect.map_or(policy::Effect::Allow, Into::into),
            conditions: door::json(self.conditions),
            actions: self.action_ids.iter().map(|id| door::id("actionIds", id)).collect::<Result<_>>()?,
        })
    }
}

/// Queries about permission blocks.
#[derive(Default)]
pub struct BlockQuery;

#[Object]
impl BlockQuery {
    /// The permission blocks of a tenant, or all, for those who deal with policies there.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn permission_blocks(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        scope_mode: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<TimeSort>,
        after: Option<String>,
    ) -> Result<PermissionBlockList> {
        let ctx = door::ctx(door)?;
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let filter = BlockFilter { tenant, scope_mode };
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        let page = list(ctx, &filter, &request).await?;
        let items = BlockView::of(ctx, page.items).await?;
        let (total, next_cursor) = (door::total(page.total.unwrap_or_default()), page.next);
        Ok(PermissionBlockList { items, total, next_cursor })
    }

    /// One permission block.
    async fn permission_block(&self, door: &Context<'_>, id: ID) -> Result<BlockView> {
        let ctx = door::ctx(door)?;
        BlockView::one(ctx, find(ctx, door::id("id", &id)?).await?).await
    }
}

/// Changes of permission blocks.
#[derive(Default)]
pub struct BlockMutation;

#[Object]
impl BlockMutation {
    /// Makes a permission block; it grants nothing until a role or a direct policy holds it.
    async fn create_permission_block(
        &self,
        door: &Context<'_>,
        input: CreatePermissionBlockInput,
    ) -> Result<BlockView> {
        let ctx = door::ctx(door)?;
        BlockView::one(ctx, create(ctx, input.read()?).await?).await
    }

    /// Removes a permission block that nothing holds any more.
    async fn delete_permission_block(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }
}
