//! The tables of permission blocks and of their actions.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, Packed, each_packed, in_ids};
use atoll_base::page::{Key, Order, count};
use atoll_base::{Common, ListRequest, Listed, Moment, Result, TimeSort};
use atoll_policy::{Fact, Scope, ScopeColumns};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order as Direction, Query, SelectStatement};
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait as _};
use serde::{Deserialize, Serialize};

use super::find::BlockFilter;
use super::model::{self, Block};
use crate::term::counting;

/// A row of `permission_blocks`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "permission_blocks")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The only tenant in which it applies.
    pub tenant_id: Option<Uuid>,
    /// Mode of the scope.
    pub scope_mode: String,
    /// Coarse kind of the scope.
    pub object_kind: Option<String>,
    /// Type of the scope, `kind:sub`.
    pub object_type: Option<String>,
    /// Object of the scope.
    pub object_id: Option<Uuid>,
    /// Object group of the scope.
    pub group_id: Option<Uuid>,
    /// `allow` or `deny`.
    pub effect: String,
    /// JSON object.
    pub conditions: Json,
    /// Birth.
    pub created_at: i64,
    /// The same.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The actions of blocks.
pub mod action {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row of `permission_block_actions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "permission_block_actions")]
    pub struct Model {
        /// The block.
        #[sea_orm(primary_key, auto_increment = false)]
        pub block_id: Uuid,
        /// The action.
        #[sea_orm(primary_key, auto_increment = false)]
        pub action_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Model {
    /// The block with these actions.
    pub(crate) fn with(self, mut actions: Vec<Uuid>) -> Result<Block> {
        actions.sort_unstable();
        let columns = ScopeColumns {
            scope_mode: self.scope_mode,
            tenant_id: self.tenant_id,
            object_kind: self.object_kind,
            object_type: self.object_type,
            object_id: self.object_id,
            group_id: self.group_id,
        };
        Ok(Block {
            id: self.id,
            tenant: self.tenant_id,
            scope: model::scope(&columns)?,
            effect: self.effect.parse().map_err(Common::bug)?,
            conditions: self.conditions,
            actions,
            created_at: Moment(self.created_at),
            updated_at: Moment(self.updated_at),
        })
    }
}

impl From<&Block> for Model {
    fn from(block: &Block) -> Model {
        let columns = block.scope.columns(block.tenant);
        Model {
            id: block.id,
            tenant_id: columns.tenant_id,
            scope_mode: columns.scope_mode,
            object_kind: columns.object_kind,
            object_type: columns.object_type,
            object_id: columns.object_id,
            group_id: columns.group_id,
            effect: block.effect.as_str().to_owned(),
            conditions: block.conditions.clone(),
            created_at: block.created_at.0,
            updated_at: block.updated_at.0,
        }
    }
}

/// Adds a block.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Block>, block: &Block) -> Result<()> {
    Entity::insert(Model::from(block).into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await?;
    let actions = block.actions.iter().map(|action| {
        action::Model { block_id: block.id, action_id: *action }.into_active_model().reset_all()
    });
    action::Entity::insert_many(actions).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Removes a block; its actions and its places in roles go with it.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Block>, block: Uuid) -> Result<()> {
    Entity::delete_by_id(block).exec(tx.conn()).await?;
    Ok(())
}

/// The block.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Block>> {
    Ok(by_ids(conn, &[id]).await?.pop())
}

/// The block for removing: nobody takes hold of it before this transaction ends.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Block>> {
    let found = Entity::find_by_id(id).lock_exclusive().all(tx.conn()).await?;
    Ok(whole(tx.conn(), found).await?.pop())
}

/// The block for taking hold of it: nobody removes it before this transaction ends.
pub(crate) async fn hold(tx: &Tx, id: Uuid) -> Result<Option<Block>> {
    let found = Entity::find_by_id(id).lock_shared().all(tx.conn()).await?;
    Ok(whole(tx.conn(), found).await?.pop())
}

/// Blocks for taking hold of them, those that exist, in the order they were made.
pub(crate) async fn hold_all(tx: &Tx, ids: &[Uuid]) -> Result<Vec<Block>> {
    let found = Entity::find()
        .filter(in_ids(Engine::of(tx.conn()), Column::Id.as_column_ref(), ids))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .lock_shared()
        .all(tx.conn())
        .await?;
    whole(tx.conn(), found).await
}

/// Blocks by id, those that exist, in the order they were made.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Block>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = Entity::find()
        .filter(in_ids(Engine::of(conn), Column::Id.as_column_ref(), ids))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    whole(conn, found).await
}

/// The blocks that hold an action.
pub(crate) async fn holding_action(conn: &impl ConnectionTrait, action: Uuid) -> Result<Vec<Block>> {
    let holding = Query::select()
        .column(action::Column::BlockId)
        .from("permission_block_actions")
        .and_where(Expr::col(action::Column::ActionId).eq(action))
        .to_owned();
    let found =
        Entity::find().filter(Column::Id.in_subquery(holding)).order_by_asc(Column::Id).all(conn).await?;
    whole(conn, found).await
}

/// The blocks whose scope is one of these objects.
pub(crate) async fn at_object(conn: &impl ConnectionTrait, object: Uuid) -> Result<Vec<Block>> {
    let found = Entity::find().filter(Column::ObjectId.eq(object)).order_by_asc(Column::Id).all(conn).await?;
    whole(conn, found).await
}

/// The blocks whose scope names this object group.
pub(crate) async fn at_group(conn: &impl ConnectionTrait, group: Uuid) -> Result<Vec<Block>> {
    let found = Entity::find().filter(Column::GroupId.eq(group)).order_by_asc(Column::Id).all(conn).await?;
    whole(conn, found).await
}

/// The ids of the blocks of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

/// The blocks that do not belong to a tenant but are over something in it.
pub(crate) async fn aimed_into(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Block>> {
    let of_tenant = |table: &'static str| {
        Query::select().column("id").from(table).and_where(Expr::col("tenant_id").eq(tenant)).to_owned()
    };
    let credentials = Query::select()
        .column("id")
        .from("credentials")
        .and_where(Expr::col("entity_id").in_subquery(of_tenant("entities")))
        .to_owned();
    let mut inside =
        Condition::any().add(Column::ObjectId.eq(tenant)).add(Column::ObjectId.in_subquery(credentials));
    for table in
        ["entities", "resources", "groups", "roles", "role_assignments", "direct_policies", "api_endpoints"]
    {
        inside = inside.add(Column::ObjectId.in_subquery(of_tenant(table)));
    }
    let elsewhere = Condition::any().add(Column::TenantId.is_null()).add(Column::TenantId.ne(tenant));
    let found = Entity::find().filter(elsewhere).filter(inside).order_by_asc(Column::Id).all(conn).await?;
    whole(conn, found).await
}

/// Blocks that allow something without conditions and that somebody holds now.
fn opening(now: Moment) -> Condition {
    let directly = Query::select()
        .column("block_id")
        .from("direct_policies")
        .cond_where(counting("direct_policies", now))
        .to_owned();
    let by_role = Query::select()
        .column(("role_permission_blocks", "block_id"))
        .from("role_permission_blocks")
        .inner_join("roles", Expr::col(("roles", "id")).equals(("role_permission_blocks", "role_id")))
        .inner_join("role_assignments", Expr::col(("role_assignments", "role_id")).equals(("roles", "id")))
        .and_where(Expr::col(("roles", "deleted_at")).is_null())
        .cond_where(counting("role_assignments", now))
        .to_owned();
    Condition::all()
        .add(Column::Effect.eq("allow"))
        .add(Column::Conditions.into_expr().cast_as("text").eq("{}"))
        .add(Condition::any().add(Column::Id.in_subquery(directly)).add(Column::Id.in_subquery(by_role)))
}

/// The ids of the objects over which somebody holds an unconditional allow, for use in another query.
pub(crate) fn objects_opened(now: Moment) -> SelectStatement {
    let over = opening(now).add(Column::ScopeMode.eq("object")).add(Column::ObjectId.is_not_null());
    Entity::find().select_only().column(Column::ObjectId).filter(over).into_query()
}

/// The scopes over kinds, types and groups of objects at which somebody holds an unconditional allow in a tenant, or
/// anywhere; each with the only tenant in which it applies.
pub(crate) async fn scopes_opened(
    conn: &impl ConnectionTrait,
    tenant: Option<Uuid>,
    now: Moment,
) -> Result<Vec<(Option<Uuid>, Scope)>> {
    let wide = ["object_kind", "object_type", "group_direct_objects", "group_descendant_objects"];
    let mut which = opening(now).add(Column::ScopeMode.is_in(wide));
    if let Some(tenant) = tenant {
        which = which.add(Column::TenantId.is_null().or(Column::TenantId.eq(tenant)));
    }
    type Columns = (Option<Uuid>, String, Option<String>, Option<String>, Option<Uuid>);
    let rows: Vec<Columns> = Entity::find()
        .select_only()
        .columns([
            Column::TenantId,
            Column::ScopeMode,
            Column::ObjectKind,
            Column::ObjectType,
            Column::GroupId,
        ])
        .distinct()
        .filter(which)
        .into_tuple()
        .all(conn)
        .await?;
    let read = |(tenant_id, scope_mode, object_kind, object_type, group_id): Columns| {
        let columns =
            ScopeColumns { scope_mode, tenant_id, object_kind, object_type, object_id: None, group_id };
        Ok((tenant_id, model::scope(&columns)?))
    };
    rows.into_iter().map(read).collect()
}

/// Whether a role or a direct policy holds the block.
pub(crate) async fn is_linked(conn: &impl ConnectionTrait, block: Uuid) -> Result<bool> {
    for table in ["role_permission_blocks", "direct_policies"] {
        let one = Query::select()
            .column("block_id")
            .from(table)
            .and_where(Expr::col("block_id").eq(block))
            .limit(1)
            .to_owned();
        if conn.query_one(&one).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A page of the blocks that pass the filter.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &BlockFilter,
    request: &ListRequest<TimeSort>,
) -> Result<Listed<Block>> {
    let all = Condition::all()
        .add_option(filter.tenant.map(|tenant| Column::TenantId.eq(tenant)))
        .add_option(filter.scope_mode.as_ref().map(|mode| Column::ScopeMode.eq(mode)));
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let found = order.page::<Entity, _>(conn, id, vec![all.clone()], Condition::all(), request).await?;
    let total = match request.total {
        true => Some(count(conn, Entity::find().filter(all)).await?),
        false => None,
    };
    Ok(Listed { items: whole(conn, found.items).await?, total, next: found.next })
}

fn order(sort: TimeSort) -> Order<Model> {
    let time = Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at);
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "permission blocks", keys: vec![time, id], descending: sort.is_descending() }
}

/// Rows together with their actions, in the same order.
async fn whole(conn: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Block>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut actions: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    if !ids.is_empty() {
        let found = action::Entity::find()
            .filter(in_ids(Engine::of(conn), action::Column::BlockId.as_column_ref(), &ids))
            .all(conn)
            .await?;
        for row in found {
            actions.entry(row.block_id).or_default().push(row.action_id);
        }
    }
    rows.into_iter()
        .map(|row| {
            let actions = actions.remove(&row.id).unwrap_or_default();
            row.with(actions)
        })
        .collect()
}

/// Every block as decisions know it, handed to `sink`. Blocks and their actions are read in the same order, so that nothing has
/// to be looked up.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    let mut held: Vec<(Uuid, Uuid)> = Vec::new();
    let columns = [Packed::Id("block_id"), Packed::Id("action_id")];
    let query =
        Query::select().from("permission_block_actions").order_by("block_id", Direction::Asc).to_owned();
    each_packed(tx, query, &columns, |row| {
        held.push((row.id()?, row.id()?));
        Ok(())
    })
    .await?;
    let columns = [
        Packed::Id("id"),
        Packed::MaybeId("tenant_id"),
        Packed::Text("scope_mode"),
        Packed::MaybeText("object_kind"),
        Packed::MaybeText("object_type"),
        Packed::MaybeId("object_id"),
        Packed::MaybeId("group_id"),
        Packed::Text("effect"),
        Packed::Json("conditions"),
    ];
    let query = Query::select().from("permission_blocks").order_by("id", Direction::Asc).to_owned();
    let mut rest = held.as_slice();
    each_packed(tx, query, &columns, |row| {
        let (id, tenant) = (row.id()?, row.maybe_id()?);
        let columns = ScopeColumns {
            scope_mode: row.text()?,
            tenant_id: tenant,
            object_kind: row.maybe_text()?,
            object_type: row.maybe_text()?,
            object_id: row.maybe_id()?,
            group_id: row.maybe_id()?,
        };
        rest = &rest[rest.iter().take_while(|(block, _)| *block < id).count()..];
        let (own, after) = rest.split_at(rest.iter().take_while(|(block, _)| *block == id).count());
        rest = after;
        sink(Fact::Block {
            id,
            tenant,
            scope: model::scope(&columns)?,
            effect: row.text()?.parse().map_err(Common::bug)?,
            conditions: serde_json::from_str(&row.text()?).map_err(Common::bug)?,
            actions: own.iter().map(|(_, action)| *action).collect(),
        });
        Ok(())
    })
    .await
}
