//! The table of groups, and its hierarchy.

use atoll_base::ctx::{Allowed, Tx, Visibility};
use atoll_base::db::contains_text;
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::page::{Key, Order, count};
use atoll_base::{Common, ListRequest, ListSort, Listed, Moment, Result};
use atoll_policy::GroupFlavour;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CommonTableExpression, Expr, ExprTrait as _, Query, SelectStatement, UnionType};
use sea_orm::{ActiveValue, Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::GroupFilter;
use super::model::Group;
use crate::visible::{self, Columns};

/// A row of `groups`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `principal` or `object`.
    pub flavour: String,
    /// Name.
    pub name: String,
    /// Owning tenant.
    pub tenant_id: Option<Uuid>,
    /// The group above.
    pub parent_id: Option<Uuid>,
    /// Description.
    pub description: Option<String>,
    /// Status.
    pub status: String,
    /// JSON object.
    pub attributes: Json,
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

impl TryFrom<Model> for Group {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Group> {
        Ok(Group {
            id: row.id,
            flavour: row.flavour.parse().map_err(Common::bug)?,
            name: row.name,
            tenant: row.tenant_id,
            parent: row.parent_id,
            description: row.description,
            status: row.status.parse().map_err(Common::bug)?,
            attributes: row.attributes,
            deleted_by: row.deleted_by,
            deleted_at: row.deleted_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        })
    }
}

impl From<&Group> for Model {
    fn from(group: &Group) -> Model {
        Model {
            id: group.id,
            flavour: group.flavour.as_str().to_owned(),
            name: group.name.clone(),
            tenant_id: group.tenant,
            parent_id: group.parent,
            description: group.description.clone(),
            status: group.status.as_str().to_owned(),
            attributes: group.attributes.clone(),
            deleted_by: group.deleted_by,
            deleted_at: group.deleted_at.map(|at| at.0),
            created_at: group.created_at.0,
            updated_at: group.updated_at.map(|at| at.0),
        }
    }
}

/// Adds a group.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Group>, group: &Group) -> Result<()> {
    let row = Model::from(group).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed group.
pub(crate) async fn save(tx: &Tx, allowed: &Allowed<'_, Group>, group: &Group) -> Result<()> {
    debug_assert!(allowed.object().is_none_or(|object| object.id == group.id));
    let mut row = Model::from(group).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(group.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// The group, deleted or not.
pub(crate) async fn find_any(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Group>> {
    Entity::find_by_id(id).one(conn).await?.map(Group::try_from).transpose()
}

/// The group for changing: nobody else changes it before this transaction ends.
pub(crate) async fn lock_live(tx: &Tx, id: Uuid) -> Result<Option<Group>> {
    let found =
        Entity::find_by_id(id).filter(Column::DeletedAt.is_null()).lock_exclusive().one(tx.conn()).await?;
    found.map(Group::try_from).transpose()
}

/// The deleted group for bringing it back or removing it.
pub(crate) async fn lock_deleted(tx: &Tx, id: Uuid) -> Result<Option<Group>> {
    let deleted = Entity::find_by_id(id).filter(Column::DeletedAt.is_not_null());
    deleted.lock_exclusive().one(tx.conn()).await?.map(Group::try_from).transpose()
}

/// At most `most` groups of a flavour that were deleted before `before`, those first that were first.
pub(crate) async fn deleted_before(
    conn: &impl ConnectionTrait,
    flavour: GroupFlavour,
    before: Moment,
    most: u64,
) -> Result<Vec<Uuid>> {
    let old = Entity::find().select_only().column(Column::Id).filter(Column::DeletedAt.lt(before.0));
    let old = old.filter(Column::Flavour.eq(flavour.as_str())).order_by_asc(Column::DeletedAt);
    Ok(old.limit(most).into_tuple().all(conn).await?)
}

/// Takes the groups directly below a group off it; returns them as they are then.
pub(crate) async fn take_off_children(
    tx: &Tx,
    _allowed: &Allowed<'_, Group>,
    parent: Uuid,
) -> Result<Vec<Group>> {
    let below = Entity::find().filter(Column::ParentId.eq(parent)).order_by_asc(Column::Id);
    let rows = below.lock_exclusive().all(tx.conn()).await?;
    Entity::update_many()
        .col_expr(Column::ParentId, Expr::value(None::<Uuid>))
        .filter(Column::ParentId.eq(parent))
        .exec(tx.conn())
        .await?;
    rows.into_iter().map(|row| Group::try_from(Model { parent_id: None, ..row })).collect()
}

/// Removes a group for good; its members, what lies in it and the blocks that name it go with it.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Group>, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

/// The ids of the groups of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

/// A group and the groups above it, from the bottom up, with nobody else changing any of them before this transaction
/// ends.
pub(crate) async fn lock_chain(tx: &Tx, bottom: Uuid, also: Option<Uuid>) -> Result<Vec<Uuid>> {
    loop {
        let chain = above(tx.conn(), bottom).await?;
        let ids = chain.iter().copied().chain(also);
        Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(ids))
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .into_tuple::<Uuid>()
            .all(tx.conn())
            .await?;
        if above(tx.conn(), bottom).await? == chain {
            return Ok(chain);
        }
    }
}

/// The group and those above it, deleted or not, from the bottom up.
pub(crate) async fn above(conn: &impl ConnectionTrait, bottom: Uuid) -> Result<Vec<Uuid>> {
    let step = Query::select()
        .columns([("groups", "id"), ("groups", "parent_id")])
        .from("groups")
        .inner_join("walk", Expr::col(("groups", "id")).equals(("walk", "parent_id")))
        .to_owned();
    let mut parents = walk(conn, bottom, step).await?;
    let mut chain = Vec::with_capacity(parents.len());
    let mut next = Some(bottom);
    while let Some(at) = next.and_then(|at| parents.iter().position(|(id, _)| *id == at)) {
        let (id, parent) = parents.swap_remove(at);
        chain.push(id);
        next = parent;
    }
    Ok(chain)
}

/// The group and those below it at any depth, deleted or not.
pub(crate) async fn below(conn: &impl ConnectionTrait, top: Uuid) -> Result<Vec<Uuid>> {
    let step = Query::select()
        .columns([("groups", "id"), ("groups", "parent_id")])
        .from("groups")
        .inner_join("walk", Expr::col(("groups", "parent_id")).equals(("walk", "id")))
        .to_owned();
    Ok(walk(conn, top, step).await?.into_iter().map(|(id, _)| id).collect())
}

/// Groups with their parents, reached from `start` by repeating `step`.
async fn walk(
    conn: &impl ConnectionTrait,
    start: Uuid,
    step: SelectStatement,
) -> Result<Vec<(Uuid, Option<Uuid>)>> {
    let reached = Query::select()
        .columns(["id", "parent_id"])
        .from("groups")
        .and_where(Expr::col("id").eq(start))
        // Rows that were reached already end the walk, so that it ends in any case.
        .union(UnionType::Distinct, step)
        .to_owned();
    let table = CommonTableExpression::new()
        .table_name("walk")
        .columns(["id", "parent_id"])
        .query(reached)
        .to_owned();
    let all = Query::select()
        .columns(["id", "parent_id"])
        .from("walk")
        .to_owned()
        .with(Query::with().recursive(true).cte(table).to_owned());
    let rows = conn.query_all(&all).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "parent_id")?))).collect()
}

/// Where a filter of visible groups finds what it needs.
fn columns() -> Columns<Column> {
    Columns { id: Column::Id, tenant: Column::TenantId, sub_kind: None, parent: Some(Column::ParentId) }
}

/// A page of the groups that pass the filter and that the reader may see.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    filter: &GroupFilter,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Group>> {
    let (ways, id) = (visible::ways(conn, visibility, &columns(), filter.tenant), Column::Id.as_column_ref());
    let mut found = order(request.sort).page::<Entity, _>(conn, id, ways, matches(filter), request).await?;
    if request.total {
        let counted = filter.only().and_then(|only| visibility.count(only));
        found.total = Some(match counted {
            Some(count) => count,
            None => {
                let seen = visible::condition(conn, visibility, &columns());
                count(conn, Entity::find().filter(seen).filter(of_tenant(filter)).filter(matches(filter)))
                    .await?
            }
        });
    }
    found.try_map(Group::try_from)
}

fn order(sort: ListSort) -> Order<Model> {
    let first = match sort.is_by_name() {
        true => Key::text(Column::Name.into_expr(), |row: &Model| row.name.clone()),
        false => Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at),
    };
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "groups", keys: vec![first, id], descending: sort.is_descending() }
}

fn of_tenant(filter: &GroupFilter) -> Condition {
    Condition::all().add_option(filter.tenant.map(|tenant| Column::TenantId.eq(tenant)))
}

/// What else the filter asks for.
fn matches(filter: &GroupFilter) -> Condition {
    let mut all = Condition::all();
    match filter.deleted {
        DeletedFilter::Live => all = all.add(Column::DeletedAt.is_null()),
        DeletedFilter::Deleted => all = all.add(Column::DeletedAt.is_not_null()),
        DeletedFilter::All => {}
    }
    if let Some(flavour) = filter.flavour {
        all = all.add(Column::Flavour.eq(flavour.as_str()));
    }
    if let Some(parent) = filter.parent {
        all = all.add(Column::ParentId.eq(parent));
    }
    if let Some(status) = filter.status {
        all = all.add(Column::Status.eq(status.as_str()));
    }
    match filter.q.as_deref() {
        Some(q) => all.add(contains_text(
            [Column::Name, Column::Description, Column::Attributes].map(|column| column.into_expr()),
            q,
        )),
        None => all,
    }
}
