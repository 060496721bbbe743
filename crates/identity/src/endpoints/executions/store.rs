//! The table of calls.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Page, PageRequest, Result, db};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::Execution;
use crate::endpoints::Endpoint;

/// A row of `api_endpoint_executions`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "api_endpoint_executions")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The endpoint.
    pub endpoint_id: Option<Uuid>,
    /// Who called.
    pub caller_entity_id: Option<Uuid>,
    /// `success`, `error` or `denied`.
    pub status: String,
    /// JSON object.
    pub request_summary: Json,
    /// JSON.
    pub response_summary: Json,
    /// What went wrong.
    pub error: Option<String>,
    /// When.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The status of calls that were refused before anything was done.
pub(super) const DENIED: &str = "denied";

impl From<Model> for Execution {
    fn from(row: Model) -> Execution {
        Execution {
            id: row.id,
            endpoint: row.endpoint_id,
            caller: row.caller_entity_id,
            status: row.status,
            request: row.request_summary,
            response: row.response_summary,
            error: row.error,
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds a call.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Endpoint>, execution: Execution) -> Result<()> {
    let row = Model {
        id: execution.id,
        endpoint_id: execution.endpoint,
        caller_entity_id: execution.caller,
        status: execution.status,
        request_summary: execution.request,
        response_summary: execution.response,
        error: execution.error,
        created_at: execution.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A page of the calls of an endpoint, newest first.
pub(super) async fn list(
    conn: &impl ConnectionTrait,
    endpoint: Uuid,
    page: PageRequest,
) -> Result<Page<Execution>> {
    let query = Entity::find().filter(Column::EndpointId.eq(endpoint));
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    Ok(Page { items: rows.into_iter().map(Execution::from).collect(), total })
}

/// Calls that were refused, or those that were not.
fn of_class(denied: bool) -> Expr {
    match denied {
        true => Column::Status.eq(DENIED),
        false => Column::Status.ne(DENIED),
    }
}

/// When the newest call was that is beyond the most that are kept of its class.
pub(super) async fn surplus(conn: &impl ConnectionTrait, denied: bool, most: u64) -> Result<Option<Moment>> {
    let newest = Entity::find().select_only().column(Column::CreatedAt).filter(of_class(denied));
    let at: Option<i64> =
        newest.order_by_desc(Column::CreatedAt).offset(most).limit(1).into_tuple().one(conn).await?;
    Ok(at.map(Moment))
}

/// Removes at most so many calls of a class that were made until then.
pub(super) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, Execution>,
    denied: bool,
    until: Moment,
    most: u64,
) -> Result<u64> {
    let over = Condition::all().add(of_class(denied)).add(Column::CreatedAt.lte(until.0));
    db::prune::<Entity>(tx.conn(), Column::Id, over, most).await
}
