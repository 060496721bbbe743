//! The table of recovery codes.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, PaginatorTrait};
use serde::{Deserialize, Serialize};

use super::model::RecoveryCode;

/// A row of `recovery_codes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "recovery_codes")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// Keyed hash.
    pub verifier: Vec<u8>,
    /// When it was used.
    pub used_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Puts these in place of all that the entity has.
pub(super) async fn replace(
    tx: &Tx,
    allowed: &Allowed<'_, RecoveryCode>,
    entity: Uuid,
    codes: &[RecoveryCode],
) -> Result<()> {
    forget(tx, allowed, entity).await?;
    let now = tx.ctx().now().0;
    let rows = codes.iter().map(|code| ActiveModel {
        id: ActiveValue::Set(code.id),
        entity_id: ActiveValue::Set(entity),
        verifier: ActiveValue::Set(code.verifier.clone()),
        used_at: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
    });
    Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Uses a code up; whether it was unused.
pub(super) async fn take(tx: &Tx, _allowed: &Allowed<'_, RecoveryCode>, id: Uuid) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(tx.ctx().now().0))
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Removes all of an entity.
pub(crate) async fn forget(tx: &Tx, _allowed: &Allowed<'_, RecoveryCode>, entity: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    Ok(())
}

/// The unused ones of an entity.
pub(super) async fn unused(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Vec<RecoveryCode>> {
    let rows =
        Entity::find().filter(Column::EntityId.eq(entity)).filter(Column::UsedAt.is_null()).all(conn).await?;
    let code = |row: Model| RecoveryCode { id: row.id, entity: row.entity_id, verifier: row.verifier };
    Ok(rows.into_iter().map(code).collect())
}

/// How many an entity has not used yet.
pub(crate) async fn left(conn: &impl ConnectionTrait, entity: Uuid) -> Result<u64> {
    let unused = Entity::find().filter(Column::EntityId.eq(entity)).filter(Column::UsedAt.is_null());
    Ok(unused.count(conn).await?)
}
