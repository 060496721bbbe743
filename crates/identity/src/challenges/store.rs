//! The table of challenges.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, PaginatorTrait};
use serde::{Deserialize, Serialize};

use super::model::Challenge;

/// A row of `passkey_challenges`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "passkey_challenges")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Of whom.
    pub entity_id: Option<Uuid>,
    /// What for.
    pub purpose: String,
    /// Where a stranger asked from.
    pub network: Option<String>,
    /// Sealed state.
    pub sealed_state: Vec<u8>,
    /// End.
    pub expires_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn of(entity: Option<Uuid>) -> Condition {
    match entity {
        Some(entity) => Condition::all().add(Column::EntityId.eq(entity)),
        None => Condition::all().add(Column::EntityId.is_null()),
    }
}

/// How many wait of this entity, or of strangers.
pub(super) async fn waiting(conn: &impl ConnectionTrait, entity: Option<Uuid>, now: Moment) -> Result<u64> {
    Ok(Entity::find().filter(of(entity)).filter(Column::ExpiresAt.gt(now.0)).count(conn).await?)
}

/// How many wait of strangers in a network.
pub(super) async fn waiting_near(conn: &impl ConnectionTrait, network: &str, now: Moment) -> Result<u64> {
    let near = Entity::find().filter(Column::Network.eq(network));
    Ok(near.filter(Column::ExpiresAt.gt(now.0)).count(conn).await?)
}

/// Adds a challenge.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Challenge>, challenge: &Challenge) -> Result<()> {
    let row = Model {
        id: challenge.id,
        entity_id: challenge.entity,
        purpose: challenge.purpose.clone(),
        network: challenge.network.clone(),
        sealed_state: challenge.sealed.clone(),
        expires_at: challenge.expires_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a challenge away that still lasts: of two who do it at once one gets it.
pub(super) async fn take(tx: &Tx, _allowed: &Allowed<'_, Challenge>, id: Uuid) -> Result<Option<Challenge>> {
    let Some(row) = Entity::find_by_id(id).one(tx.conn()).await? else { return Ok(None) };
    let done = Entity::delete_by_id(id).exec(tx.conn()).await?;
    if done.rows_affected == 0 || row.expires_at <= tx.ctx().now().0 {
        return Ok(None);
    }
    Ok(Some(Challenge {
        id: row.id,
        entity: row.entity_id,
        purpose: row.purpose,
        network: row.network,
        sealed: row.sealed_state,
        expires_at: Moment(row.expires_at),
    }))
}

/// Removes those of an entity.
pub(super) async fn forget(tx: &Tx, _allowed: &Allowed<'_, Challenge>, entity: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    Ok(())
}

/// Removes those that are over; how many there were.
pub(super) async fn prune(tx: &Tx, _allowed: &Allowed<'_, Challenge>, now: Moment) -> Result<u64> {
    let done = Entity::delete_many().filter(Column::ExpiresAt.lte(now.0)).exec(tx.conn()).await?;
    Ok(done.rows_affected)
}
