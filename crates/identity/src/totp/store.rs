//! The table of authenticator apps.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::model::Totp;

/// A row of `totp_factors`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "totp_factors")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// Sealed secret.
    pub sealed_secret: Vec<u8>,
    /// First code.
    pub confirmed_at: Option<i64>,
    /// Newest step taken.
    pub last_step: i64,
    /// Last code.
    pub last_used_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Totp {
    fn from(row: Model) -> Totp {
        Totp {
            id: row.id,
            entity: row.entity_id,
            sealed: row.sealed_secret,
            confirmed_at: row.confirmed_at.map(Moment),
            last_step: row.last_step,
            last_used_at: row.last_used_at.map(Moment),
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds an app that is not confirmed yet, in place of another such.
pub(super) async fn put(tx: &Tx, _allowed: &Allowed<'_, Totp>, totp: &Totp) -> Result<()> {
    Entity::delete_many()
        .filter(Column::EntityId.eq(totp.entity))
        .filter(Column::ConfirmedAt.is_null())
        .exec(tx.conn())
        .await?;
    let row = Model {
        id: totp.id,
        entity_id: totp.entity,
        sealed_secret: totp.sealed.clone(),
        confirmed_at: None,
        last_step: totp.last_step,
        last_used_at: None,
        created_at: totp.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes the code of a step, once: whether it was not taken before. Confirms the app where that is wanted.
pub(super) async fn take_step(
    tx: &Tx,
    _allowed: &Allowed<'_, Totp>,
    id: Uuid,
    step: i64,
    confirm: bool,
) -> Result<bool> {
    let now = tx.ctx().now().0;
    let mut update = Entity::update_many()
        .col_expr(Column::LastStep, Expr::value(step))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::LastStep.lt(step));
    if confirm {
        update = update.col_expr(Column::ConfirmedAt, Expr::value(now)).filter(Column::ConfirmedAt.is_null());
    }
    Ok(update.exec(tx.conn()).await?.rows_affected > 0)
}

/// Removes the app of an entity, confirmed or not; whether there was one.
pub(crate) async fn remove(tx: &Tx, _allowed: &Allowed<'_, Totp>, entity: Uuid) -> Result<bool> {
    let done = Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    Ok(done.rows_affected > 0)
}

/// The app of an entity: the confirmed one, or the one that waits for its first code.
pub(crate) async fn of_entity(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    confirmed: bool,
) -> Result<Option<Totp>> {
    let state = match confirmed {
        true => Column::ConfirmedAt.is_not_null(),
        false => Column::ConfirmedAt.is_null(),
    };
    let which = Condition::all().add(Column::EntityId.eq(entity)).add(state);
    Ok(Entity::find().filter(which).one(conn).await?.map(Totp::from))
}
