//! The table of resources.

use std::collections::HashMap;

use atoll_base::alias::Alias;
use atoll_base::ctx::{Allowed, Tx, Visibility};
use atoll_base::db::{Engine, contains_json, contains_text, in_ids};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::page::{Key, Order, count};
use atoll_base::{ListRequest, ListSort, Listed, Moment, Result};
use atoll_policy::{ObjectKind, VisibleScope};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::ResourceFilter;
use super::model::Resource;
use crate::blocks;
use crate::groups::placement;
use crate::visible::{self, Columns};

/// A row of `resources`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: Option<String>,
    /// Alias.
    pub alias: Option<String>,
    /// Owning tenant.
    pub tenant_id: Option<Uuid>,
    /// Owner.
    pub owner_id: Option<Uuid>,
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

impl TryFrom<Model> for Resource {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Resource> {
        Ok(Resource {
            id: row.id,
            kind: row.kind,
            name: row.name,
            alias: Alias::optional(row.alias.as_deref())?,
            tenant: row.tenant_id,
            owner: row.owner_id,
            attributes: row.attributes,
            deleted_by: row.deleted_by,
            deleted_at: row.deleted_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        })
    }
}

impl From<&Resource> for Model {
    fn from(resource: &Resource) -> Model {
        Model {
            id: resource.id,
            kind: resource.kind.clone(),
            name: resource.name.clone(),
            alias: resource.alias.clone().map(String::from),
            tenant_id: resource.tenant,
            owner_id: resource.owner,
            attributes: resource.attributes.clone(),
            deleted_by: resource.deleted_by,
            deleted_at: resource.deleted_at.map(|at| at.0),
            created_at: resource.created_at.0,
            updated_at: resource.updated_at.map(|at| at.0),
        }
    }
}

/// Adds a resource.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Resource>, resource: &Resource) -> Result<()> {
    let row = Model::from(resource).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed resource.
pub(crate) async fn save(tx: &Tx, allowed: &Allowed<'_, Resource>, resource: &Resource) -> Result<()> {
    debug_assert!(allowed.object().is_none_or(|object| object.id == resource.id));
    let mut row = Model::from(resource).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(resource.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// The resource, deleted or not.
pub(crate) async fn find_any(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Resource>> {
    Entity::find_by_id(id).one(conn).await?.map(Resource::try_from).transpose()
}

/// The aliases of those among `ids` that have one in a tenant, or outside all tenants.
pub(crate) async fn aliases(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
    tenant: Option<Uuid>,
) -> Result<HashMap<Uuid, String>> {
    let named = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Alias])
        .filter(in_ids(Engine::of(conn), Column::Id, ids))
        .filter(Column::Alias.is_not_null())
        .filter(within(tenant));
    Ok(named.into_tuple::<(Uuid, String)>().all(conn).await?.into_iter().collect())
}

fn within(tenant: Option<Uuid>) -> Expr {
    match tenant {
        Some(tenant) => Column::TenantId.eq(tenant),
        None => Column::TenantId.is_null(),
    }
}

/// The resource for changing: nobody else changes it before this transaction ends.
pub(crate) async fn lock_live(tx: &Tx, id: Uuid) -> Result<Option<Resource>> {
    let found =
        Entity::find_by_id(id).filter(Column::DeletedAt.is_null()).lock_exclusive().one(tx.conn()).await?;
    found.map(Resource::try_from).transpose()
}

/// The deleted resource for bringing it back or removing it.
pub(crate) async fn lock_deleted(tx: &Tx, id: Uuid) -> Result<Option<Resource>> {
    let deleted = Entity::find_by_id(id).filter(Column::DeletedAt.is_not_null());
    deleted.lock_exclusive().one(tx.conn()).await?.map(Resource::try_from).transpose()
}

/// At most `most` resources that were deleted before `before`, those first that were first.
pub(crate) async fn deleted_before(
    conn: &impl ConnectionTrait,
    before: Moment,
    most: u64,
) -> Result<Vec<Uuid>> {
    let old = Entity::find().select_only().column(Column::Id).filter(Column::DeletedAt.lt(before.0));
    Ok(old.order_by_asc(Column::DeletedAt).limit(most).into_tuple().all(conn).await?)
}

/// Removes a resource for good.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Resource>, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

/// The ids of the resources of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

/// The live resource with this alias, written in lower case, in a tenant or among those of the platform.
pub(crate) async fn id_of_alias(
    conn: &impl ConnectionTrait,
    alias: &str,
    tenant: Option<Uuid>,
) -> Result<Option<Uuid>> {
    let whose = tenant.map_or(Column::TenantId.is_null(), |tenant| Column::TenantId.eq(tenant));
    let query =
        Entity::find().filter(Column::DeletedAt.is_null()).filter(Column::Alias.eq(alias)).filter(whose);
    Ok(query.select_only().column(Column::Id).into_tuple().one(conn).await?)
}

/// Where a filter of visible resources finds what it needs.
const COLUMNS: Columns<Column> =
    Columns { id: Column::Id, tenant: Column::TenantId, sub_kind: Some(Column::Kind), parent: None };

/// A page of the resources that pass the filter and that the reader may see.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    filter: &ResourceFilter,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Resource>> {
    let (wanted, ways) =
        (matches(Engine::of(conn), filter)?, visible::ways(conn, visibility, &COLUMNS, filter.tenant));
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let mut found = order.page::<Entity, _>(conn, id, ways, wanted.clone(), request).await?;
    if request.total {
        let counted = filter.only().and_then(|only| visibility.count(only));
        found.total = Some(match counted {
            Some(count) => count,
            None => {
                let seen = visible::condition(conn, visibility, &COLUMNS);
                count(conn, Entity::find().filter(seen).filter(of_tenant(filter)).filter(wanted)).await?
            }
        });
    }
    found.try_map(Resource::try_from)
}

/// A resource without a name comes before all others. The expression is that of the indexes.
fn order(sort: ListSort) -> Order<Model> {
    let first = match sort.is_by_name() {
        true => Key::text(Expr::cust("COALESCE(\"resources\".\"name\", '')"), |row: &Model| {
            row.name.clone().unwrap_or_default()
        }),
        false => Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at),
    };
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "resources", keys: vec![first, id], descending: sort.is_descending() }
}

/// A page of the live resources that pass the filter, but for those that one of these scopes covers or a block names.
pub(crate) async fn unopened(
    conn: &impl ConnectionTrait,
    filter: &ResourceFilter,
    opened: &[VisibleScope],
    now: Moment,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Resource>> {
    let covered = visible::covered(conn, ObjectKind::Resource, opened, &COLUMNS);
    let wanted = matches(Engine::of(conn), filter)?
        .add(of_tenant(filter))
        .add(covered.not())
        .add(Column::Id.not_in_subquery(blocks::store::objects_opened(now)));
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let mut found =
        order.page::<Entity, _>(conn, id, vec![Condition::all()], wanted.clone(), request).await?;
    if request.total {
        found.total = Some(count(conn, Entity::find().filter(wanted)).await?);
    }
    found.try_map(Resource::try_from)
}

/// The most kinds that are named at once.
const MAX_KINDS: u64 = 500;

/// The kinds of the live resources that the reader may see, in alphabetical order.
pub(crate) async fn kinds(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    tenant: Option<Uuid>,
) -> Result<Vec<String>> {
    let filter = ResourceFilter { tenant, ..ResourceFilter::default() };
    Ok(Entity::find()
        .select_only()
        .column(Column::Kind)
        .distinct()
        .filter(visible::condition(conn, visibility, &COLUMNS))
        .filter(of_tenant(&filter))
        .filter(matches(Engine::of(conn), &filter)?)
        .order_by_asc(Column::Kind)
        .limit(MAX_KINDS)
        .into_tuple()
        .all(conn)
        .await?)
}

fn of_tenant(filter: &ResourceFilter) -> Condition {
    Condition::all().add_option(filter.tenant.map(|tenant| Column::TenantId.eq(tenant)))
}

/// What else the filter asks for.
fn matches(engine: Engine, filter: &ResourceFilter) -> Result<Condition> {
    let mut all = Condition::all();
    match filter.deleted {
        DeletedFilter::Live => all = all.add(Column::DeletedAt.is_null()),
        DeletedFilter::Deleted => all = all.add(Column::DeletedAt.is_not_null()),
        DeletedFilter::All => {}
    }
    if let Some(kind) = &filter.kind {
        all = all.add(Column::Kind.eq(kind));
    }
    if let Some(groups) = &filter.in_groups {
        all = all.add(Column::Id.in_subquery(placement::objects_in(engine, ObjectKind::Resource, groups)));
    }
    if let Some(attributes) = &filter.attributes_contain {
        all = all.add(contains_json(engine, Expr::col(Column::Attributes), attributes)?);
    }
    Ok(match filter.q.as_deref() {
        Some(q) => all.add(contains_text(
            [Column::Name, Column::Alias, Column::Attributes].map(|column| column.into_expr()),
            q,
        )),
        None => all,
    })
}
