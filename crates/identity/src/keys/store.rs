//! The table of signing keys.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::{ALGORITHM, KeyState, SigningKey};

/// A row of `signing_keys`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// Name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// Algorithm.
    pub algorithm: String,
    /// Public point.
    pub public_key: Vec<u8>,
    /// Sealed PKCS#8.
    pub sealed_private_key: Vec<u8>,
    /// `primary` or `standby`; whether a standby is retired follows from the time.
    pub status: String,
    /// Birth.
    pub created_at: i64,
    /// Retirement.
    pub retired_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for SigningKey {
    fn from(row: Model) -> SigningKey {
        SigningKey {
            kid: row.kid,
            public_key: row.public_key,
            sealed_private_key: row.sealed_private_key,
            primary: row.status == KeyState::Primary.as_str(),
            created_at: Moment(row.created_at),
            retired_at: row.retired_at.map(Moment),
        }
    }
}

impl From<&SigningKey> for Model {
    fn from(key: &SigningKey) -> Model {
        let state = if key.primary { KeyState::Primary } else { KeyState::Standby };
        Model {
            kid: key.kid.clone(),
            algorithm: ALGORITHM.to_owned(),
            public_key: key.public_key.clone(),
            sealed_private_key: key.sealed_private_key.clone(),
            status: state.as_str().to_owned(),
            created_at: key.created_at.0,
            retired_at: key.retired_at.map(|at| at.0),
        }
    }
}

/// Adds a key; of two primaries the store takes one.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, SigningKey>, key: &SigningKey) -> Result<()> {
    let row = Model::from(key).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Waits for whoever else is changing keys.
pub(crate) async fn lock(tx: &Tx) -> Result<()> {
    Entity::find().order_by_asc(Column::Kid).lock_exclusive().all(tx.conn()).await?;
    Ok(())
}

/// The primary stops signing; what it signed is good until `until`.
pub(crate) async fn step_down(tx: &Tx, _allowed: &Allowed<'_, SigningKey>, until: Moment) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(KeyState::Standby.as_str()))
        .col_expr(Column::RetiredAt, Expr::value(until.0))
        .filter(Column::Status.eq(KeyState::Primary.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Whether there is a key that signs.
pub(crate) async fn has_primary(conn: &impl ConnectionTrait) -> Result<bool> {
    let query = Entity::find().filter(Column::Status.eq(KeyState::Primary.as_str()));
    Ok(query.one(conn).await?.is_some())
}

/// The keys whose tokens can be good at `now`: the primary, then standbys, newest first.
pub(crate) async fn good(conn: &impl ConnectionTrait, now: Moment) -> Result<Vec<SigningKey>> {
    let rows = Entity::find()
        .filter(
            Condition::any()
                .add(Column::Status.eq(KeyState::Primary.as_str()))
                .add(Column::RetiredAt.gt(now.0)),
        )
        .order_by_asc(Column::Status)
        .order_by_desc(Column::RetiredAt)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(SigningKey::from).collect())
}

/// Every key, newest first.
pub(crate) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<SigningKey>> {
    let rows = Entity::find()
        .order_by_desc(Column::CreatedAt)
        .order_by_asc(Column::Status)
        .order_by_desc(Column::RetiredAt)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(SigningKey::from).collect())
}
