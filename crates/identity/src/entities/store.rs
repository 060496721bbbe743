//! The table of entities.

use std::collections::HashMap;

use atoll_access::groups::placement::objects_in;
use atoll_access::visible::{self, Columns};
use atoll_base::alias::Alias;
use atoll_base::ctx::{Allowed, Tx, Visibility};
use atoll_base::db::{Engine, contains_text, each_row, in_ids};
use atoll_base::door::graphql::DeletedFilter;
use atoll_base::page::{Key, Order, count};
use atoll_base::{Common, ListRequest, ListSort, Listed, Moment, Result};
use atoll_policy::{EntityKind, Fact, ObjectKind, Status};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ActiveValue, Condition, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait as _,
    Select,
};
use serde::{Deserialize, Serialize};

use super::find::EntityFilter;
use super::model;
use crate::memberships;

/// A row of `entities`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "entities")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Alias.
    pub alias: Option<String>,
    /// Home tenant.
    pub tenant_id: Option<Uuid>,
    /// Profile.
    pub profile_id: Option<Uuid>,
    /// Version of the profile.
    pub profile_version_id: Option<Uuid>,
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

impl TryFrom<Model> for model::Entity {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<model::Entity> {
        Ok(model::Entity {
            id: row.id,
            kind: row.kind.parse().map_err(Common::bug)?,
            name: row.name,
            alias: Alias::optional(row.alias.as_deref())?,
            tenant: row.tenant_id,
            profile: row.profile_id,
            profile_version: row.profile_version_id,
            status: row.status.parse().map_err(Common::bug)?,
            attributes: row.attributes,
            deleted_by: row.deleted_by,
            deleted_at: row.deleted_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        })
    }
}

impl From<&model::Entity> for Model {
    fn from(entity: &model::Entity) -> Model {
        Model {
            id: entity.id,
            kind: entity.kind.as_str().to_owned(),
            name: entity.name.clone(),
            alias: entity.alias.clone().map(String::from),
            tenant_id: entity.tenant,
            profile_id: entity.profile,
            profile_version_id: entity.profile_version,
            status: entity.status.as_str().to_owned(),
            attributes: entity.attributes.clone(),
            deleted_by: entity.deleted_by,
            deleted_at: entity.deleted_at.map(|at| at.0),
            created_at: entity.created_at.0,
            updated_at: entity.updated_at.map(|at| at.0),
        }
    }
}

/// Adds an entity.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, model::Entity>,
    entity: &model::Entity,
) -> Result<()> {
    let row = Model::from(entity).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed entity.
pub(crate) async fn save(
    tx: &Tx,
    allowed: &Allowed<'_, model::Entity>,
    entity: &model::Entity,
) -> Result<()> {
    debug_assert!(allowed.object().is_none_or(|object| object.id == entity.id));
    let mut row = Model::from(entity).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(entity.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// The entity, deleted or not.
pub(crate) async fn find_any(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<model::Entity>> {
    Entity::find_by_id(id).one(conn).await?.map(model::Entity::try_from).transpose()
}

/// The entity for changing it or what belongs to it: nobody else does before this transaction ends.
pub(crate) async fn lock_live(tx: &Tx, id: Uuid) -> Result<Option<model::Entity>> {
    let found = live().filter(Column::Id.eq(id)).lock_exclusive().one(tx.conn()).await?;
    found.map(model::Entity::try_from).transpose()
}

/// The deleted entity for bringing it back or removing it.
pub(crate) async fn lock_deleted(tx: &Tx, id: Uuid) -> Result<Option<model::Entity>> {
    let deleted = Entity::find_by_id(id).filter(Column::DeletedAt.is_not_null());
    deleted.lock_exclusive().one(tx.conn()).await?.map(model::Entity::try_from).transpose()
}

/// At most `most` entities that were deleted before `before`, those first that were first.
pub(crate) async fn deleted_before(
    conn: &impl ConnectionTrait,
    before: Moment,
    most: u64,
) -> Result<Vec<Uuid>> {
    let old = Entity::find().select_only().column(Column::Id).filter(Column::DeletedAt.lt(before.0));
    Ok(old.order_by_asc(Column::DeletedAt).limit(most).into_tuple().all(conn).await?)
}

/// Removes an entity for good; its credentials, sessions, memberships and ownerships go with it.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, model::Entity>, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

/// The ids of the entities at home in a tenant, deleted or not.
pub(crate) async fn ids_of_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

/// How many entities a name may turn out to mean before it is called ambiguous.
const ENOUGH_TO_BE_AMBIGUOUS: u64 = 2;

/// Live entities with this exact name: in one tenant, or anywhere. At most two, which is enough to know.
pub(crate) async fn named(
    conn: &impl ConnectionTrait,
    name: &str,
    tenant: Option<Uuid>,
) -> Result<Vec<model::Entity>> {
    few(conn, live().filter(Column::Name.eq(name)), tenant).await
}

/// Whether a live entity of the platform has this exact name.
pub(crate) async fn is_named_at_platform(conn: &impl ConnectionTrait, name: &str) -> Result<bool> {
    let named = live().filter(Column::Name.eq(name)).filter(within(None)).select_only().column(Column::Id);
    Ok(named.into_tuple::<Uuid>().one(conn).await?.is_some())
}

/// The names of those among `ids` that there are.
pub(crate) async fn names(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let named = Entity::find().select_only().columns([Column::Id, Column::Name]).filter(in_ids(
        Engine::of(conn),
        Column::Id,
        ids,
    ));
    Ok(named.into_tuple::<(Uuid, String)>().all(conn).await?.into_iter().collect())
}

/// Live entities whose attribute `email` is this: in one tenant, or anywhere. At most two.
pub(crate) async fn with_email(
    conn: &impl ConnectionTrait,
    email: &str,
    tenant: Option<Uuid>,
) -> Result<Vec<model::Entity>> {
    // The expression of the index `entities_email`.
    let email = Expr::cust("(attributes ->> 'email')").eq(email);
    few(conn, live().filter(email), tenant).await
}

/// The live entity with this alias in a tenant.
pub(crate) async fn aliased(
    conn: &impl ConnectionTrait,
    alias: &str,
    tenant: Uuid,
) -> Result<Vec<model::Entity>> {
    let alias = alias.trim().to_lowercase();
    few(conn, live().filter(Column::Alias.eq(alias)), Some(tenant)).await
}

/// The live entity with this alias, written in lower case, in a tenant or among those of the platform.
pub(crate) async fn id_of_alias(
    conn: &impl ConnectionTrait,
    alias: &str,
    tenant: Option<Uuid>,
) -> Result<Option<Uuid>> {
    let query =
        live().filter(Column::Alias.eq(alias)).filter(within(tenant)).select_only().column(Column::Id);
    Ok(query.into_tuple().one(conn).await?)
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

async fn few(
    conn: &impl ConnectionTrait,
    query: Select<Entity>,
    tenant: Option<Uuid>,
) -> Result<Vec<model::Entity>> {
    let query = match tenant {
        Some(tenant) => query.filter(Column::TenantId.eq(tenant)),
        None => query,
    };
    let rows = query.limit(ENOUGH_TO_BE_AMBIGUOUS).all(conn).await?;
    rows.into_iter().map(model::Entity::try_from).collect()
}

/// A page of the entities that pass the filter and that the reader may see. `groups` are the object groups
/// of which they must lie in one, when that is asked for.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    filter: &EntityFilter,
    groups: Option<&[Uuid]>,
    request: &ListRequest<ListSort>,
) -> Result<Listed<model::Entity>> {
    let mut wanted = matches(filter);
    if let Some(groups) = groups {
        wanted = wanted.add(Column::Id.in_subquery(objects_in(Engine::of(conn), ObjectKind::Entity, groups)));
    }
    let (order, ways) = (order(request.sort), visible::ways(conn, visibility, &COLUMNS, filter.tenant));
    let mut found =
        order.page::<Entity, _>(conn, Column::Id.as_column_ref(), ways, wanted.clone(), request).await?;
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
    found.try_map(model::Entity::try_from)
}

/// Where a filter of visible entities finds what it needs.
const COLUMNS: Columns<Column> =
    Columns { id: Column::Id, tenant: Column::TenantId, sub_kind: Some(Column::Kind), parent: None };

fn order(sort: ListSort) -> Order<Model> {
    let first = match sort.is_by_name() {
        true => Key::text(Column::Name.into_expr(), |row: &Model| row.name.clone()),
        false => Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at),
    };
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "entities", keys: vec![first, id], descending: sort.is_descending() }
}

/// A page of the people who are members of a tenant.
pub(crate) async fn members(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    now: Moment,
    q: Option<&str>,
    request: &ListRequest<ListSort>,
) -> Result<Listed<model::Entity>> {
    let wanted = Condition::all()
        .add(Column::DeletedAt.is_null())
        .add(Column::Kind.eq(EntityKind::Human.as_str()))
        .add_option(q.map(holds_text));
    let members = Column::Id.in_subquery(memberships::store::members_of(tenant, now));
    let way = Condition::all().add(members);
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let mut found = order.page::<Entity, _>(conn, id, vec![way.clone()], wanted.clone(), request).await?;
    if request.total {
        found.total = Some(count(conn, Entity::find().filter(way).filter(wanted)).await?);
    }
    found.try_map(model::Entity::try_from)
}

/// A page of the people in use who are no members of a tenant and whom the reader may see.
pub(crate) async fn assignable(
    conn: &impl ConnectionTrait,
    visibility: &Visibility,
    tenant: Uuid,
    now: Moment,
    q: &str,
    request: &ListRequest<ListSort>,
) -> Result<Listed<model::Entity>> {
    let wanted = Condition::all()
        .add(Column::DeletedAt.is_null())
        .add(Column::Kind.eq(EntityKind::Human.as_str()))
        .add(Column::Status.eq(Status::Active.as_str()))
        .add(Column::Id.not_in_subquery(memberships::store::members_of(tenant, now)))
        .add(holds_text(q));
    let (order, ways) = (order(request.sort), visible::ways(conn, visibility, &COLUMNS, None));
    let id = Column::Id.as_column_ref();
    let mut found = order.page::<Entity, _>(conn, id, ways, wanted.clone(), request).await?;
    if request.total {
        let seen = visible::condition(conn, visibility, &COLUMNS);
        found.total = Some(count(conn, Entity::find().filter(seen).filter(wanted)).await?);
    }
    found.try_map(model::Entity::try_from)
}

/// The live members of a principal group, by name.
pub(crate) async fn group_members(conn: &impl ConnectionTrait, group: Uuid) -> Result<Vec<model::Entity>> {
    let members = Query::select()
        .column("entity_id")
        .from("group_members")
        .and_where(Expr::col("group_id").eq(group))
        .to_owned();
    let query = live().filter(Column::Id.in_subquery(members));
    let rows = query.order_by_asc(Column::Name).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(model::Entity::try_from).collect()
}

/// Most entities that are shown as owned by one.
const MOST_OWNED: u64 = 1000;

/// The live entities that an entity owns, newest first; at most a thousand.
pub(crate) async fn owned_by(conn: &impl ConnectionTrait, owner: Uuid) -> Result<Vec<model::Entity>> {
    let owned = Query::select()
        .column("owned_id")
        .from("ownerships")
        .and_where(Expr::col("owner_id").eq(owner))
        .to_owned();
    let newest = live().order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    let rows = newest.filter(Column::Id.in_subquery(owned)).limit(MOST_OWNED).all(conn).await?;
    rows.into_iter().map(model::Entity::try_from).collect()
}

/// The ids of the entities at home in a tenant, for use in another query.
pub(crate) fn ids_in_tenant(tenant: Uuid) -> SelectStatement {
    Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant)).into_query()
}

/// The ids of the entities at home in a tenant that are not deleted, for use in another query.
pub(crate) fn live_ids_in_tenant(tenant: Uuid) -> SelectStatement {
    live().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant)).into_query()
}

fn live() -> Select<Entity> {
    Entity::find().filter(Column::DeletedAt.is_null())
}

fn holds_text(q: &str) -> Expr {
    contains_text([Column::Name, Column::Attributes].map(|column| column.into_expr()), q)
}

fn of_tenant(filter: &EntityFilter) -> Condition {
    Condition::all().add_option(filter.tenant.map(|tenant| Column::TenantId.eq(tenant)))
}

/// What else the filter asks for.
fn matches(filter: &EntityFilter) -> Condition {
    let mut all = Condition::all();
    match filter.deleted {
        DeletedFilter::Live => all = all.add(Column::DeletedAt.is_null()),
        DeletedFilter::Deleted => all = all.add(Column::DeletedAt.is_not_null()),
        DeletedFilter::All => {}
    }
    if let Some(kind) = filter.kind {
        all = all.add(Column::Kind.eq(kind.as_str()));
    }
    if let Some(profile) = filter.profile {
        all = all.add(Column::ProfileId.eq(profile));
    }
    if let Some(status) = filter.status {
        all = all.add(Column::Status.eq(status.as_str()));
    }
    if let Some(called) = &filter.called {
        all = all.add(called.condition());
    }
    match filter.q.as_deref() {
        Some(q) => {
            let columns = [Column::Name, Column::Alias, Column::Attributes];
            all.add(contains_text(columns.map(|column| column.into_expr()), q))
        }
        None => all,
    }
}

/// Every entity as decisions know it, handed to `sink`.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    let rows = Entity::find().stream(tx).await?;
    each_row(rows, |row| {
        sink(model::Entity::try_from(row)?.fact());
        Ok(())
    })
    .await
}
