//! The table of custom endpoints.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::each_row;
use atoll_base::{Common, Kind, Moment, Page, PageRequest, Result};
use atoll_policy::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::NullOrdering;
use sea_orm::{DatabaseTransaction, IntoActiveModel, Order, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::fault::EndpointFault;
use super::find::EndpointFilter;
use super::model::{self, ACTIVE, Definition};
use super::permission::ServicePermission;

/// A row of `api_endpoints`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "api_endpoints")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub tenant_id: Option<Uuid>,
    /// Short name.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
    /// `query` or `mutation`.
    pub operation_kind: String,
    /// The operation.
    pub graphql: String,
    /// As whom.
    pub auth_mode: String,
    /// The service.
    pub service_entity_id: Option<Uuid>,
    /// `{"items": [...]}`: the most that it may do as that service.
    pub service_permissions: Json,
    /// JSON object.
    pub variables_mapping: Json,
    /// JSON object.
    pub request_schema: Json,
    /// JSON object.
    pub response_mapping: Json,
    /// Status.
    pub status: String,
    /// Maker.
    pub created_by: Option<Uuid>,
    /// Last changer.
    pub updated_by: Option<Uuid>,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Default, Serialize, Deserialize)]
struct Permissions {
    items: Vec<ServicePermission>,
}

impl TryFrom<Model> for model::Endpoint {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<model::Endpoint> {
        let permissions: Permissions =
            serde_json::from_value(row.service_permissions).map_err(Common::bug)?;
        Ok(model::Endpoint {
            id: row.id,
            definition: Definition {
                tenant: row.tenant_id,
                key: row.key,
                name: row.name,
                description: row.description,
                method: row.method,
                path: row.path,
                operation_kind: row.operation_kind,
                graphql: row.graphql,
                auth_mode: row.auth_mode,
                service_entity: row.service_entity_id,
                service_permissions: permissions.items,
                variables_mapping: row.variables_mapping,
                request_schema: row.request_schema,
                response_mapping: row.response_mapping,
                status: row.status,
            },
            created_by: row.created_by,
            updated_by: row.updated_by,
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        })
    }
}

fn row(endpoint: &model::Endpoint) -> Result<ActiveModel> {
    let definition = endpoint.definition.clone();
    let permissions = Permissions { items: definition.service_permissions };
    let row = Model {
        id: endpoint.id,
        tenant_id: definition.tenant,
        key: definition.key,
        name: definition.name,
        description: definition.description,
        method: definition.method,
        path: definition.path,
        operation_kind: definition.operation_kind,
        graphql: definition.graphql,
        auth_mode: definition.auth_mode,
        service_entity_id: definition.service_entity,
        service_permissions: serde_json::to_value(permissions).map_err(Common::bug)?,
        variables_mapping: definition.variables_mapping,
        request_schema: definition.request_schema,
        response_mapping: definition.response_mapping,
        status: definition.status,
        created_by: endpoint.created_by,
        updated_by: endpoint.updated_by,
        created_at: endpoint.created_at.0,
        updated_at: endpoint.updated_at.map(|at| at.0),
    };
    Ok(row.into_active_model().reset_all())
}

/// A key or a route that is taken says so.
fn unless_taken<T>(written: Result<T>) -> Result<()> {
    match written {
        Err(error) if error.kind() == Kind::Conflict => Err(EndpointFault::Taken.into()),
        written => written.map(drop),
    }
}

/// Adds an endpoint.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, model::Endpoint>,
    endpoint: &model::Endpoint,
) -> Result<()> {
    let done = Entity::insert(row(endpoint)?).exec_without_returning(tx.conn()).await;
    unless_taken(done.map_err(Into::into))
}

/// Writes a changed endpoint.
pub(crate) async fn save(
    tx: &Tx,
    _allowed: &Allowed<'_, model::Endpoint>,
    endpoint: &model::Endpoint,
) -> Result<()> {
    let done = Entity::update(row(endpoint)?).validate()?.exec(tx.conn()).await;
    unless_taken(done.map_err(Into::into))
}

/// The endpoint.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<model::Endpoint>> {
    Entity::find_by_id(id).one(conn).await?.map(TryInto::try_into).transpose()
}

/// The endpoint, for the rest of the transaction.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<model::Endpoint>> {
    let row = Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    row.map(TryInto::try_into).transpose()
}

/// The endpoint that is served there.
pub(crate) async fn served(
    conn: &impl ConnectionTrait,
    method: &str,
    path: &str,
) -> Result<Option<model::Endpoint>> {
    let at = Entity::find().filter(Column::Method.eq(method)).filter(Column::Path.eq(path));
    at.filter(Column::Status.eq(ACTIVE)).one(conn).await?.map(TryInto::try_into).transpose()
}

/// The ids of the endpoints of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

/// A page of endpoints: those of the platform first, then by tenant and key.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &EndpointFilter,
    page: PageRequest,
) -> Result<Page<model::Endpoint>> {
    let mut query = Entity::find();
    if let Some(tenant) = filter.tenant {
        query = query.filter(Column::TenantId.eq(tenant));
    }
    if let Some(status) = &filter.status {
        query = query.filter(Column::Status.eq(status));
    }
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_with_nulls(Column::TenantId, Order::Asc, NullOrdering::First)
        .order_by_asc(Column::Key)
        .order_by_asc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

/// Every endpoint as decisions know it, handed to `sink`.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    let rows = Entity::find().stream(tx).await?;
    each_row(rows, |row| {
        sink(Fact::ApiEndpoint { id: row.id, tenant: row.tenant_id });
        Ok(())
    })
    .await
}
