//! The table of attempts to sign in.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result, db};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::Attempts;
use super::near::Near;

/// A row of `sign_in_attempts`: a failure, or the success that ends a row of failures.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "sign_in_attempts")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Keyed hash of the account.
    pub account_key: Vec<u8>,
    /// Network address, or the /64 of one.
    pub address: Option<String>,
    /// The network around it.
    pub network: Option<String>,
    /// Whether it succeeded.
    pub success: bool,
    /// When.
    pub at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds an attempt that ended now.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Attempts<'_>>,
    account: [u8; 32],
    near: Option<&Near>,
    success: bool,
) -> Result<()> {
    let ctx = tx.ctx();
    let row = ActiveModel {
        id: ActiveValue::Set(ctx.new_id()),
        account_key: ActiveValue::Set(account.to_vec()),
        address: ActiveValue::Set(near.map(|near| near.address.clone())),
        network: ActiveValue::Set(near.map(|near| near.network.clone())),
        success: ActiveValue::Set(success),
        at: ActiveValue::Set(ctx.now().0),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Whether the newest attempts at an account since `since` succeeded, and when they were; newest first, at most `most`.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    account: [u8; 32],
    since: Moment,
    most: u64,
) -> Result<Vec<(bool, Moment)>> {
    let rows: Vec<(bool, i64)> = Entity::find()
        .select_only()
        .columns([Column::Success, Column::At])
        .filter(Column::AccountKey.eq(account.to_vec()))
        .filter(Column::At.gt(since.0))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Success)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(success, at)| (success, Moment(at))).collect())
}

/// Where failures are counted whatever account they were at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// An address.
    Address(&'a str),
    /// A network.
    Network(&'a str),
}

/// When the failure happened that only `nth - 1` newer ones followed, if that was after `since`.
pub(crate) async fn nth_failure(
    conn: &impl ConnectionTrait,
    place: Place<'_>,
    since: Moment,
    nth: u32,
) -> Result<Option<Moment>> {
    let (column, text) = match place {
        Place::Address(text) => (Column::Address, text),
        Place::Network(text) => (Column::Network, text),
    };
    let at: Option<i64> = Entity::find()
        .select_only()
        .column(Column::At)
        .filter(column.eq(text))
        .filter(Column::At.gt(since.0))
        .filter(Column::Success.eq(false))
        .order_by_desc(Column::At)
        .offset(u64::from(nth).saturating_sub(1))
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(at.map(Moment))
}

/// Removes at most `most` attempts older than `before`; how many there were.
pub(crate) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, Attempts<'_>>,
    before: Moment,
    most: u64,
) -> Result<u64> {
    db::prune::<Entity>(tx.conn(), Column::Id, Column::At.lt(before.0), most).await
}
