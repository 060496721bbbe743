//! The table of endpoints.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::ledger::PLATFORM_STREAM;
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::{Webhook, WebhookState};

/// A row of `webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owning tenant; none = the platform.
    pub tenant_id: Option<Uuid>,
    /// The stream of the ledger that it is told.
    pub stream: Uuid,
    /// Name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// JSON array.
    pub events: String,
    /// active, paused, disabled.
    pub state: String,
    /// The secret, sealed.
    #[sea_orm(column_name = "sealed_secret")]
    pub secret: Vec<u8>,
    /// The secret before, sealed.
    #[sea_orm(column_name = "sealed_old_secret")]
    pub old_secret: Option<Vec<u8>>,
    /// Until when that signs too.
    pub old_secret_until: Option<i64>,
    /// The last revision that it was told of.
    pub told: i64,
    /// Failures of the next.
    pub attempts: i32,
    /// Not before.
    pub next_at: i64,
    /// Since when every attempt failed.
    pub failing_since: Option<i64>,
    /// Why the last one failed.
    pub last_error: Option<String>,
    /// When it last took something.
    pub last_success_at: Option<i64>,
    /// While somebody tells it: whose turn.
    pub lease_id: Option<Uuid>,
    /// Until when.
    pub lease_until: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Last change by somebody.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Webhook {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Webhook> {
        let state = WebhookState::parse(&row.state);
        Ok(Webhook {
            id: row.id,
            tenant: row.tenant_id,
            name: row.name,
            url: row.url,
            events: serde_json::from_str(&row.events).map_err(Common::bug)?,
            state: state.ok_or_else(|| Common::bug(format!("the state {}", row.state)))?,
            told: row.told,
            attempts: row.attempts,
            next_at: Moment(row.next_at),
            failing_since: row.failing_since.map(Moment),
            last_error: row.last_error,
            last_success_at: row.last_success_at.map(Moment),
            old_secret_until: row.old_secret_until.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: Moment(row.updated_at),
        })
    }
}

fn events(webhook: &Webhook) -> Result<String> {
    Ok(serde_json::to_string(&webhook.events).map_err(Common::bug)?)
}

/// Adds an endpoint.
pub(super) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Webhook>,
    webhook: &Webhook,
    secret: Vec<u8>,
) -> Result<()> {
    let row = Model {
        id: webhook.id,
        tenant_id: webhook.tenant,
        stream: webhook.stream(),
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        events: events(webhook)?,
        state: webhook.state.as_str().to_owned(),
        secret,
        old_secret: None,
        old_secret_until: None,
        told: webhook.told,
        attempts: 0,
        next_at: webhook.next_at.0,
        failing_since: None,
        last_error: None,
        last_success_at: None,
        lease_id: None,
        lease_until: None,
        created_at: webhook.created_at.0,
        updated_at: webhook.updated_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes what somebody may change; how far the endpoint has been told is not among it.
pub(super) async fn save(tx: &Tx, _allowed: &Allowed<'_, Webhook>, webhook: &Webhook) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(webhook.name.clone()))
        .col_expr(Column::Url, Expr::value(webhook.url.clone()))
        .col_expr(Column::Events, Expr::value(events(webhook)?))
        .col_expr(Column::State, Expr::value(webhook.state.as_str()))
        .col_expr(Column::UpdatedAt, Expr::value(webhook.updated_at.0))
        .filter(Column::Id.eq(webhook.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Lets it be told from another place or at another time. Whoever tells it just now loses the turn.
pub(super) async fn start_again(tx: &Tx, _allowed: &Allowed<'_, Webhook>, webhook: &Webhook) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Told, Expr::value(webhook.told))
        .col_expr(Column::Attempts, Expr::value(webhook.attempts))
        .col_expr(Column::NextAt, Expr::value(webhook.next_at.0))
        .col_expr(Column::FailingSince, Expr::value(webhook.failing_since.map(|since| since.0)))
        .col_expr(Column::LeaseId, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
        .filter(Column::Id.eq(webhook.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Puts a new secret in, and the one before where it still counts.
pub(super) async fn rotate(
    tx: &Tx,
    _allowed: &Allowed<'_, Webhook>,
    webhook: &Webhook,
    secret: Vec<u8>,
) -> Result<()> {
    let before = match webhook.old_secret_until {
        Some(_) => Expr::col(Column::Secret),
        None => Expr::value(None::<Vec<u8>>),
    };
    Entity::update_many()
        .col_expr(Column::OldSecret, before)
        .col_expr(Column::OldSecretUntil, Expr::value(webhook.old_secret_until.map(|until| until.0)))
        .col_expr(Column::Secret, Expr::value(secret))
        .col_expr(Column::UpdatedAt, Expr::value(webhook.updated_at.0))
        .filter(Column::Id.eq(webhook.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes an endpoint; false if there was none.
pub(super) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Webhook>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// The endpoint.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Webhook>> {
    Entity::find_by_id(id).one(conn).await?.map(Webhook::try_from).transpose()
}

/// The endpoint, held until the transaction ends.
pub(super) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Webhook>> {
    Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?.map(Webhook::try_from).transpose()
}

/// How many endpoints are told of a stream.
pub(super) async fn count(conn: &impl ConnectionTrait, stream: Uuid) -> Result<u64> {
    Ok(Entity::find().filter(Column::Stream.eq(stream)).count(conn).await?)
}

/// A page of the endpoints of a tenant, or of the platform, by name.
pub(super) async fn list(
    conn: &impl ConnectionTrait,
    tenant: Option<Uuid>,
    page: PageRequest,
) -> Result<Page<Webhook>> {
    let query = Entity::find().filter(Column::Stream.eq(tenant.unwrap_or(PLATFORM_STREAM)));
    let total = query.clone().count(conn).await?;
    let query = query.order_by_asc(Column::Name).order_by_asc(Column::Id);
    let rows = query.limit(page.limit).offset(page.offset).all(conn).await?;
    Ok(Page { items: rows.into_iter().map(Webhook::try_from).collect::<Result<_>>()?, total })
}

/// Endpoints whose turn it is: there is something to tell, its time has come, and nobody else is at it.
pub(super) async fn due(conn: &impl ConnectionTrait, now: Moment, limit: u64) -> Result<Vec<Uuid>> {
    const NEWS: &str = "EXISTS (SELECT 1 FROM ledger_heads WHERE ledger_heads.stream = webhooks.stream AND \
                        ledger_heads.revision > webhooks.told)";
    const WAITING: &str = "EXISTS (SELECT 1 FROM webhook_deliveries WHERE webhook_deliveries.webhook_id = \
                           webhooks.id AND webhook_deliveries.state = 'waiting')";
    let free = Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(now.0));
    let rows = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(WebhookState::Active.as_str()))
        .filter(Column::NextAt.lte(now.0))
        .filter(free)
        .filter(Condition::any().add(Expr::cust(NEWS)).add(Expr::cust(WAITING)))
        .order_by_asc(Column::NextAt)
        .limit(limit);
    Ok(rows.into_tuple().all(conn).await?)
}

/// Takes a turn; none if somebody else was faster.
pub(super) async fn take(
    conn: &impl ConnectionTrait,
    id: Uuid,
    turn: Uuid,
    now: Moment,
    lease: Duration,
) -> Result<Option<Model>> {
    let free = Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(now.0));
    let taken = Entity::update_many()
        .col_expr(Column::LeaseId, Expr::value(turn))
        .col_expr(Column::LeaseUntil, Expr::value(now.plus(lease).0))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(WebhookState::Active.as_str()))
        .filter(Column::NextAt.lte(now.0))
        .filter(free)
        .exec(conn)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Entity::find_by_id(id).one(conn).await?)
}

/// Writes how far the endpoint has been told and how that went; false if the turn is over.
pub(super) async fn tell(
    tx: &Tx,
    _allowed: &Allowed<'_, Webhook>,
    webhook: &Webhook,
    turn: Uuid,
) -> Result<bool> {
    let written = Entity::update_many()
        .col_expr(Column::Told, Expr::value(webhook.told))
        .col_expr(Column::Attempts, Expr::value(webhook.attempts))
        .col_expr(Column::NextAt, Expr::value(webhook.next_at.0))
        .col_expr(Column::FailingSince, Expr::value(webhook.failing_since.map(|since| since.0)))
        .col_expr(Column::LastError, Expr::value(webhook.last_error.clone()))
        .col_expr(Column::LastSuccessAt, Expr::value(webhook.last_success_at.map(|at| at.0)))
        .col_expr(Column::State, Expr::value(webhook.state.as_str()))
        .filter(Column::Id.eq(webhook.id))
        .filter(Column::LeaseId.eq(turn))
        .filter(Column::State.eq(WebhookState::Active.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(written.rows_affected > 0)
}

/// Gives a turn back.
pub(super) async fn give_back(conn: &impl ConnectionTrait, id: Uuid, turn: Uuid) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::LeaseId, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
        .filter(Column::Id.eq(id))
        .filter(Column::LeaseId.eq(turn))
        .exec(conn)
        .await?;
    Ok(())
}
