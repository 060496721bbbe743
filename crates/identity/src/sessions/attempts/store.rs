//! The table of attempts to sign in.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::Attempts;

/// A row of `sign_in_attempts`: a failure, or the success that ends a row of failures.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "sign_in_attempts")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Keyed hash of the account.
    pub account_key: Vec<u8>,
    /// Network address.
    pub address: Option<String>,
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
    success: bool,
) -> Result<()> {
    let ctx = tx.ctx();
    let row = ActiveModel {
        id: ActiveValue::Set(ctx.new_id()),
        account_key: ActiveValue::Set(account.to_vec()),
        address: ActiveValue::Set(ctx.origin().address.map(|address| address.to_string())),
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

/// Removes attempts older than `before`; how many there were.
pub(crate) async fn prune(tx: &Tx, _allowed: &Allowed<'_, Attempts<'_>>, before: Moment) -> Result<u64> {
    let done = Entity::delete_many().filter(Column::At.lt(before.0)).exec(tx.conn()).await?;
    Ok(done.rows_affected)
}
