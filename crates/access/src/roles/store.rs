//! The tables of roles and of the blocks they hold.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, contains_text, in_ids};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::page::{Key, Order, count};
use atoll_base::{ListRequest, ListSort, Listed, Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ActiveValue, Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::RoleFilter;
use super::model::{DerivedKind, Role};

/// A row of `roles`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Owning tenant.
    pub tenant_id: Option<Uuid>,
    /// Description.
    pub description: Option<String>,
    /// Deleter.
    pub deleted_by: Option<Uuid>,
    /// Tombstone.
    pub deleted_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The blocks that roles hold.
pub mod link {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row of `role_permission_blocks`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "role_permission_blocks")]
    pub struct Model {
        /// The role.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: Uuid,
        /// The block.
        #[sea_orm(primary_key, auto_increment = false)]
        pub block_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl From<Model> for Role {
    fn from(row: Model) -> Role {
        Role {
            id: row.id,
            name: row.name,
            tenant: row.tenant_id,
            description: row.description,
            deleted_by: row.deleted_by,
            deleted_at: row.deleted_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        }
    }
}

impl From<&Role> for Model {
    fn from(role: &Role) -> Model {
        Model {
            id: role.id,
            name: role.name.clone(),
            tenant_id: role.tenant,
            description: role.description.clone(),
            deleted_by: role.deleted_by,
            deleted_at: role.deleted_at.map(|at| at.0),
            created_at: role.created_at.0,
            updated_at: role.updated_at.map(|at| at.0),
        }
    }
}

/// Adds a role.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Role>, role: &Role) -> Result<()> {
    let row = Model::from(role).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed role.
pub(crate) async fn save(tx: &Tx, allowed: &Allowed<'_, Role>, role: &Role) -> Result<()> {
    debug_assert!(allowed.object().is_none_or(|object| object.id == role.id));
    let mut row = Model::from(role).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(role.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// Lets a role hold blocks.
pub(crate) async fn link(tx: &Tx, _allowed: &Allowed<'_, Role>, role: Uuid, blocks: &[Uuid]) -> Result<()> {
    if blocks.is_empty() {
        return Ok(());
    }
    let rows = blocks
        .iter()
        .map(|block| link::Model { role_id: role, block_id: *block }.into_active_model().reset_all());
    link::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Lets a role hold blocks no more.
pub(crate) async fn unlink(tx: &Tx, _allowed: &Allowed<'_, Role>, role: Uuid, blocks: &[Uuid]) -> Result<()> {
    link::Entity::delete_many()
        .filter(link::Column::RoleId.eq(role))
        .filter(in_ids(Engine::of(tx.conn()), link::Column::BlockId.as_column_ref(), blocks))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The role, deleted or not.
pub(crate) async fn find_any(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Role>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(Role::from))
}

/// The role for changing: nobody else changes or assigns it before this transaction ends.
pub(crate) async fn lock_live(tx: &Tx, id: Uuid) -> Result<Option<Role>> {
    let found =
        Entity::find_by_id(id).filter(Column::DeletedAt.is_null()).lock_exclusive().one(tx.conn()).await?;
    Ok(found.map(Role::from))
}

/// The deleted role for bringing it back or removing it.
pub(crate) async fn lock_deleted(tx: &Tx, id: Uuid) -> Result<Option<Role>> {
    let deleted = Entity::find_by_id(id).filter(Column::DeletedAt.is_not_null());
    Ok(deleted.lock_exclusive().one(tx.conn()).await?.map(Role::from))
}

/// At most `most` roles that were deleted before `before`, those first that were first.
pub(crate) async fn deleted_before(
    conn: &impl ConnectionTrait,
    before: Moment,
    most: u64,
) -> Result<Vec<Uuid>> {
    let old = Entity::find().select_only().column(Column::Id).filter(Column::DeletedAt.lt(before.0));
    Ok(old.order_by_asc(Column::DeletedAt).limit(most).into_tuple().all(conn).await?)
}

/// Removes a role for good; its links and assignments go with it.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Role>, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

/// The role for assigning: nobody changes it before this transaction ends.
pub(crate) async fn hold_live(tx: &Tx, id: Uuid) -> Result<Option<Role>> {
    let found =
        Entity::find_by_id(id).filter(Column::DeletedAt.is_null()).lock_shared().one(tx.conn()).await?;
    Ok(found.map(Role::from))
}

/// Roles by id, deleted or not.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Role>> {
    let found =
        Entity::find().filter(in_ids(Engine::of(conn), Column::Id.as_column_ref(), ids)).all(conn).await?;
    Ok(found.into_iter().map(|row| (row.id, Role::from(row))).collect())
}

/// The ids of the blocks that each of these roles holds.
pub(crate) async fn blocks_of(
    conn: &impl ConnectionTrait,
    roles: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let mut held: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    if roles.is_empty() {
        return Ok(held);
    }
    let found = link::Entity::find()
        .filter(in_ids(Engine::of(conn), link::Column::RoleId.as_column_ref(), roles))
        .order_by_asc(link::Column::BlockId)
        .all(conn)
        .await?;
    for row in found {
        held.entry(row.role_id).or_default().push(row.block_id);
    }
    Ok(held)
}

/// The ids of the roles of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

/// What the roles of a tenant hold: each role with each of its blocks.
pub(crate) async fn links_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    let roles =
        Query::select().column("id").from("roles").and_where(Expr::col("tenant_id").eq(tenant)).to_owned();
    let links = link::Entity::find()
        .select_only()
        .columns([link::Column::RoleId, link::Column::BlockId])
        .filter(link::Column::RoleId.in_subquery(roles));
    Ok(links.into_tuple().all(conn).await?)
}

/// The roles that hold a block.
pub(crate) async fn holding(conn: &impl ConnectionTrait, block: Uuid) -> Result<Vec<Role>> {
    let holding = Query::select()
        .column(link::Column::RoleId)
        .from("role_permission_blocks")
        .and_where(link::Column::BlockId.eq(block))
        .to_owned();
    let found =
        Entity::find().filter(Column::Id.in_subquery(holding)).order_by_asc(Column::Id).all(conn).await?;
    Ok(found.into_iter().map(Role::from).collect())
}

/// A page of the roles that pass the filter.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &RoleFilter,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Role>> {
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let mut found =
        order.page::<Entity, _>(conn, id, vec![Condition::all()], matches(filter), request).await?;
    if request.total {
        found.total = Some(count(conn, Entity::find().filter(matches(filter))).await?);
    }
    Ok(found.map(Role::from))
}

fn order(sort: ListSort) -> Order<Model> {
    let first = match sort.is_by_name() {
        true => Key::text(Column::Name.into_expr(), |row: &Model| row.name.clone()),
        false => Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at),
    };
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "roles", keys: vec![first, id], descending: sort.is_descending() }
}

fn matches(filter: &RoleFilter) -> Condition {
    let mut all = Condition::all();
    match filter.deleted {
        DeletedFilter::Live => all = all.add(Column::DeletedAt.is_null()),
        DeletedFilter::Deleted => all = all.add(Column::DeletedAt.is_not_null()),
        DeletedFilter::All => {}
    }
    if let Some(tenant) = filter.tenant {
        all = all.add(Column::TenantId.eq(tenant));
    }
    let holding = || Query::select().column(link::Column::RoleId).from("role_permission_blocks").to_owned();
    match filter.derived_kind {
        Some(DerivedKind::Simple) => all = all.add(Column::Id.in_subquery(holding())),
        Some(DerivedKind::Empty) => all = all.add(Column::Id.not_in_subquery(holding())),
        Some(DerivedKind::Composite) => all = all.add(Expr::value(false)),
        None => {}
    }
    match filter.q.as_deref() {
        Some(q) => {
            all.add(contains_text([Column::Name, Column::Description].map(|column| column.into_expr()), q))
        }
        None => all,
    }
}
