//! The table of deliveries.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::{Delivery, DeliveryState};
use crate::webhooks::Webhook;

/// A row of `webhook_deliveries`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The endpoint.
    pub webhook_id: Uuid,
    /// Place of the event in the stream.
    pub revision: i64,
    /// Its name.
    pub event: String,
    /// Id of the message.
    pub message: String,
    /// delivered, failed, dead, waiting.
    pub state: String,
    /// Which attempt.
    pub attempt: i32,
    /// When.
    pub at: i64,
    /// How long it took.
    pub millis: i64,
    /// What the receiver answered.
    pub status: Option<i32>,
    /// What went wrong.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Delivery {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Delivery> {
        let state = DeliveryState::parse(&row.state);
        Ok(Delivery {
            id: row.id,
            webhook: row.webhook_id,
            revision: row.revision,
            event: row.event,
            message: row.message,
            state: state.ok_or_else(|| Common::bug(format!("the state {}", row.state)))?,
            attempt: row.attempt,
            at: Moment(row.at),
            millis: row.millis,
            status: row.status,
            error: row.error,
            answer: row.answer,
        })
    }
}

impl From<&Delivery> for Model {
    fn from(delivery: &Delivery) -> Model {
        Model {
            id: delivery.id,
            webhook_id: delivery.webhook,
            revision: delivery.revision,
            event: delivery.event.clone(),
            message: delivery.message.clone(),
            state: delivery.state.as_str().to_owned(),
            attempt: delivery.attempt,
            at: delivery.at.0,
            millis: delivery.millis,
            status: delivery.status,
            error: delivery.error.clone(),
            answer: delivery.answer.clone(),
        }
    }
}

/// Writes an attempt down.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Webhook>, delivery: &Delivery) -> Result<()> {
    let row = Model::from(delivery).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes how an attempt stands now.
pub(crate) async fn save(tx: &Tx, _allowed: &Allowed<'_, Webhook>, delivery: &Delivery) -> Result<()> {
    Entity::update(Model::from(delivery).into_active_model().reset_all()).exec(tx.conn()).await?;
    Ok(())
}

/// An attempt.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Delivery>> {
    Entity::find_by_id(id).one(conn).await?.map(Delivery::try_from).transpose()
}

/// What somebody wants to be tried again, in the order of the events.
pub(crate) async fn waiting(conn: &impl ConnectionTrait, webhook: Uuid, limit: u64) -> Result<Vec<Delivery>> {
    let rows = Entity::find()
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::State.eq(DeliveryState::Waiting.as_str()))
        .order_by_asc(Column::Revision)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(Delivery::try_from).collect()
}

/// A page of the attempts of an endpoint, newest first.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    webhook: Uuid,
    state: Option<DeliveryState>,
    page: PageRequest,
) -> Result<Page<Delivery>> {
    let mut query = Entity::find().filter(Column::WebhookId.eq(webhook));
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state.as_str()));
    }
    let total = query.clone().count(conn).await?;
    let query = query.order_by_desc(Column::At).order_by_desc(Column::Id);
    let rows = query.limit(page.limit).offset(page.offset).all(conn).await?;
    Ok(Page { items: rows.into_iter().map(Delivery::try_from).collect::<Result<_>>()?, total })
}

/// Removes what is older than `before`, and of each endpoint all but the newest `most`; how many rows.
pub(crate) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, Webhook>,
    before: Moment,
    most: u64,
) -> Result<u64> {
    let old = Entity::delete_many().filter(Column::At.lt(before.0)).exec(tx.conn()).await?;
    let mut removed = old.rows_affected;
    let full: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::WebhookId)
        .group_by(Column::WebhookId)
        .having(Expr::cust("COUNT(*)").gt(i64::try_from(most).unwrap_or(i64::MAX)))
        .into_tuple()
        .all(tx.conn())
        .await?;
    for webhook in full {
        let of_it = || Entity::find().filter(Column::WebhookId.eq(webhook));
        let last = of_it().order_by_desc(Column::At).offset(most).limit(1).one(tx.conn()).await?;
        let Some(last) = last else { continue };
        let surplus =
            Entity::delete_many().filter(Column::WebhookId.eq(webhook)).filter(Column::At.lte(last.at));
        removed += surplus.exec(tx.conn()).await?.rows_affected;
    }
    Ok(removed)
}
