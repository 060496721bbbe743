//! The table of tenants.

use std::collections::HashMap;

use atoll_access::visible::{self, Columns};
use atoll_base::alias::Alias;
use atoll_base::ctx::{Allowed, Tx, Visibility};
use atoll_base::db::{Engine, each_row, in_ids};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::page::{Key, Order, count};
use atoll_base::{Common, ListRequest, ListSort, Listed, Moment, Result};
use atoll_policy::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, Condition, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::TenantFilter;
use super::model::{Tenant, TenantRoute};

/// A row of `tenants`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Alias.
    pub alias: Option<String>,
    /// Route.
    pub route: Option<String>,
    /// Status.
    pub status: String,
    /// JSON array of strings.
    pub tags: Json,
    /// JSON object.
    pub attributes: Json,
    /// Maker.
    pub created_by: Option<Uuid>,
    /// Last changer.
    pub updated_by: Option<Uuid>,
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

impl TryFrom<Model> for Tenant {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Tenant> {
        Ok(Tenant {
            id: row.id,
            name: row.name,
            alias: Alias::optional(row.alias.as_deref())?,
            route: TenantRoute::optional(row.route.as_deref())?,
            status: row.status.parse().map_err(Common::bug)?,
            tags: serde_json::from_value(row.tags).map_err(Common::bug)?,
            attributes: row.attributes,
            created_by: row.created_by,
            updated_by: row.updated_by,
            deleted_by: row.deleted_by,
            deleted_at: row.deleted_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        })
    }
}

impl From<&Tenant> for Model {
    fn from(tenant: &Tenant) -> Model {
        Model {
            id: tenant.id,
            name: tenant.name.clone(),
            alias: tenant.alias.clone().map(String::from),
            route: tenant.route.as_ref().map(|route| route.as_str().to_owned()),
            status: tenant.status.as_str().to_owned(),
            tags: tenant.tags.clone().into(),
            attributes: tenant.attributes.clone(),
            created_by: tenant.created_by,
            updated_by: tenant.updated_by,
            deleted_by: tenant.deleted_by,
            deleted_at: tenant.deleted_at.map(|at| at.0),
            created_at: tenant.created_at.0,
            updated_at: tenant.updated_at.map(|at| at.0),
        }
    }
}

/// Adds a tenant.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Tenant>, tenant: &Tenant) -> Result<()> {
    let row = Model::from(tenant).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed tenant.
pub(crate) async fn save(tx: &Tx, allowed: &Allowed<'_, Tenant>, tenant: &Tenant) -> Result<()> {
    debug_assert!(allowed.object().is_none_or(|object| object.id == tenant.id));
    let mut row = Model::from(tenant).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(tenant.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// The tenant, deleted or not.
pub(crate) async fn find_any(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Tenant>> {
    Entity::find_by_id(id).one(conn).await?.map(Tenant::try_from).transpose()
}

/// The tenant for changing: nobody else changes it before this transaction ends.
pub(crate) async fn lock_live(tx: &Tx, id: Uuid) -> Result<Option<Tenant>> {
    let found =
        Entity::find_by_id(id).filter(Column::DeletedAt.is_null()).lock_exclusive().one(tx.conn()).await?;
    found.map(Tenant::try_from).transpose()
}

/// The deleted tenant for bringing it back or removing it.
pub(crate) async fn lock_deleted(tx: &Tx, id: Uuid) -> Result<Option<Tenant>> {
    let deleted = Entity::find_by_id(id).filter(Column::DeletedAt.is_not_null());
    deleted.lock_exclusive().one(tx.conn()).await?.map(Tenant::try_from).transpose()
}

/// At most `most` tenants that were deleted before `before`, those first that were first.
pub(crate) async fn deleted_before(
    conn: &impl ConnectionTrait,
    before: Moment,
    most: u64,
) -> Result<Vec<Uuid>> {
    let old = Entity::find().select_only().column(Column::Id).filter(Column::DeletedAt.lt(before.0));
    Ok(old.order_by_asc(Column::DeletedAt).limit(most).into_tuple().all(conn).await?)
}

/// Removes a tenant for good; everything in it goes with it.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Tenant>, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets that an entity made, changed or deleted tenants, because it is no more.
pub(crate) async fn forget_entity(tx: &Tx, _allowed: &Allowed<'_, Tenant>, entity: Uuid) -> Result<()> {
    for column in [Column::CreatedBy, Column::UpdatedBy, Column::DeletedBy] {
        Entity::update_many()
            .col_expr(column, Expr::value(None::<Uuid>))
            .filter(column.eq(entity))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// The live tenant with this alias.
pub(crate) async fn find_by_alias(conn: &impl ConnectionTrait, alias: &str) -> Result<Option<Tenant>> {
    let alias = alias.trim().to_lowercase();
    let found =
        Entity::find().filter(Column::Alias.eq(alias)).filter(Column::DeletedAt.is_null()).one(conn).await?;
    found.map(Tenant::try_from).transpose()
}

/// The live tenants with this alias or this route: at most two.
pub(crate) async fn called(conn: &impl ConnectionTrait, name: &str) -> Result<Vec<Uuid>> {
    let names =
        Condition::any().add(Column::Alias.eq(name.trim().to_lowercase())).add(Column::Route.eq(name.trim()));
    let query = Entity::find().select_only().column(Column::Id).filter(Column::DeletedAt.is_null());
    Ok(query.filter(names).into_tuple().all(conn).await?)
}

/// The aliases of those among `ids` that have one.
pub(crate) async fn aliases(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let named = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Alias])
        .filter(in_ids(Engine::of(conn), Column::Id, ids))
        .filter(Column::Alias.is_not_null());
    Ok(named.into_tuple::<(Uuid, String)>().all(conn).await?.into_iter().collect())
}

/// A page of the tenants that pass the filter and that the reader may see. `counted` says how many those are, where that is
/// known.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    filter: &TenantFilter,
    counted: Option<u64>,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Tenant>> {
    let columns = Columns { id: Column::Id, tenant: Column::Id, sub_kind: None, parent: None };
    let (ways, id) = (visible::ways(conn, visibility, &columns, None), Column::Id.as_column_ref());
    let mut found = order(request.sort).page::<Entity, _>(conn, id, ways, matches(filter), request).await?;
    if request.total {
        found.total = Some(match counted {
            Some(count) => count,
            None => {
                let seen = visible::condition(conn, visibility, &columns);
                count(conn, Entity::find().filter(seen).filter(matches(filter))).await?
            }
        });
    }
    found.try_map(Tenant::try_from)
}

fn order(sort: ListSort) -> Order<Model> {
    let first = match sort.is_by_name() {
        true => Key::text(Column::Name.into_expr(), |row: &Model| row.name.clone()),
        false => Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at),
    };
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "tenants", keys: vec![first, id], descending: sort.is_descending() }
}

fn matches(filter: &TenantFilter) -> Condition {
    let mut all = Condition::all();
    match filter.deleted {
        DeletedFilter::Live => all = all.add(Column::DeletedAt.is_null()),
        DeletedFilter::Deleted => all = all.add(Column::DeletedAt.is_not_null()),
        DeletedFilter::All => {}
    }
    if let Some(name) = &filter.name {
        all = all.add(Column::Name.eq(name));
    }
    if let Some(alias) = &filter.alias {
        all = all.add(Column::Alias.eq(alias.trim().to_lowercase()));
    }
    if let Some(status) = filter.status {
        all = all.add(Column::Status.eq(status.as_str()));
    }
    match filter.q.as_deref() {
        Some(q) => all.add(atoll_base::db::contains_text(
            [Column::Name, Column::Alias, Column::Tags, Column::Attributes].map(|column| column.into_expr()),
            q,
        )),
        None => all,
    }
}

/// Every tenant as decisions know it, handed to `sink`.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    let rows = Entity::find().stream(tx).await?;
    each_row(rows, |row| {
        sink(Tenant::try_from(row)?.fact());
        Ok(())
    })
    .await
}
