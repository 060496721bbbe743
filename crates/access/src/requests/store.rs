//! The table of access requests.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::RequestFilter;
use super::model::{AccessRequest, RequestState};

/// A row of `access_requests`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "access_requests")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant of the role.
    pub tenant_id: Option<Uuid>,
    /// Who asks.
    pub requester_id: Uuid,
    /// For which role.
    pub role_id: Uuid,
    /// Why.
    pub reason: String,
    /// For how many seconds.
    pub lasts_secs: Option<i64>,
    /// `pending`, `approved`, `denied` or `withdrawn`.
    pub status: String,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<i64>,
    /// What they said.
    pub answer: Option<String>,
    /// What came of it.
    pub assignment_id: Option<Uuid>,
    /// Until when that counts.
    pub expires_at: Option<i64>,
    /// When it was asked.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AccessRequest {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<AccessRequest> {
        let state = RequestState::read(&row.status);
        Ok(AccessRequest {
            id: row.id,
            tenant: row.tenant_id,
            requester: row.requester_id,
            role: row.role_id,
            reason: row.reason,
            lasts: row.lasts_secs.and_then(|secs| u64::try_from(secs).ok()).map(Duration::from_secs),
            state: state.ok_or_else(|| Common::bug(format!("access request status {}", row.status)))?,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Moment),
            answer: row.answer,
            assignment: row.assignment_id,
            expires: row.expires_at.map(Moment),
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&AccessRequest> for Model {
    fn from(request: &AccessRequest) -> Model {
        Model {
            id: request.id,
            tenant_id: request.tenant,
            requester_id: request.requester,
            role_id: request.role,
            reason: request.reason.clone(),
            lasts_secs: request.lasts.and_then(|lasts| i64::try_from(lasts.as_secs()).ok()),
            status: request.state.as_str().to_owned(),
            decided_by: request.decided_by,
            decided_at: request.decided_at.map(|moment| moment.0),
            answer: request.answer.clone(),
            assignment_id: request.assignment,
            expires_at: request.expires.map(|moment| moment.0),
            created_at: request.created_at.0,
        }
    }
}

/// Adds a request.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, AccessRequest>,
    request: &AccessRequest,
) -> Result<()> {
    let row = Model::from(request).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Saves what became of a request.
pub(crate) async fn save(
    tx: &Tx,
    _allowed: &Allowed<'_, AccessRequest>,
    request: &AccessRequest,
) -> Result<()> {
    let row = Model::from(request).into_active_model().reset_all();
    Entity::update(row).validate()?.exec(tx.conn()).await?;
    Ok(())
}

/// The request.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<AccessRequest>> {
    Entity::find_by_id(id).one(conn).await?.map(AccessRequest::try_from).transpose()
}

/// The request, for the rest of the transaction.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<AccessRequest>> {
    let row = Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    row.map(AccessRequest::try_from).transpose()
}

/// How many requests of the entity wait, and whether one of them is for the role.
pub(crate) async fn waiting(tx: &Tx, requester: Uuid, role: Uuid) -> Result<(u64, bool)> {
    let all = Entity::find()
        .filter(Column::RequesterId.eq(requester))
        .filter(Column::Status.eq(RequestState::Pending.as_str()));
    let for_role = all.clone().filter(Column::RoleId.eq(role)).count(tx.conn()).await?;
    Ok((all.count(tx.conn()).await?, for_role > 0))
}

/// A page of the requests that pass the filter, newest first.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &RequestFilter,
    page: PageRequest,
) -> Result<Page<AccessRequest>> {
    let mut all = Condition::all();
    if let Some(tenant) = filter.tenant {
        all = all.add(Column::TenantId.eq(tenant));
    }
    if let Some(requester) = filter.requester {
        all = all.add(Column::RequesterId.eq(requester));
    }
    if let Some(state) = filter.state {
        all = all.add(Column::Status.eq(state.as_str()));
    }
    let query = Entity::find().filter(all);
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(AccessRequest::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}
