//! The table of addresses.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::Email;

/// A row of `entity_emails`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "entity_emails")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// Address.
    pub email: String,
    /// Proof.
    pub verified_at: Option<i64>,
    /// Wait.
    pub pending_since: Option<i64>,
    /// Notice.
    pub noticed_at: Option<i64>,
    /// Tombstone.
    pub deleted_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Email {
    fn from(row: Model) -> Email {
        Email {
            id: row.id,
            entity: row.entity_id,
            address: row.email,
            verified_at: row.verified_at.map(Moment),
            pending_since: row.pending_since.map(Moment),
            noticed_at: row.noticed_at.map(Moment),
            deleted_at: row.deleted_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        }
    }
}

/// Adds an address.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Email>, email: &Email) -> Result<()> {
    let row = Model {
        id: email.id,
        entity_id: email.entity,
        email: email.address.clone(),
        verified_at: email.verified_at.map(|at| at.0),
        pending_since: email.pending_since.map(|at| at.0),
        noticed_at: email.noticed_at.map(|at| at.0),
        deleted_at: email.deleted_at.map(|at| at.0),
        created_at: email.created_at.0,
        updated_at: email.updated_at.map(|at| at.0),
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes that an address is its owner's.
pub(crate) async fn verify(tx: &Tx, allowed: &Allowed<'_, Email>, id: Uuid) -> Result<()> {
    set(tx, id, Column::VerifiedAt, Some(tx.ctx().now())).await?;
    keep(tx, allowed, id).await
}

/// Notes that an account is not to go when its address stays without proof.
pub(crate) async fn keep(tx: &Tx, _allowed: &Allowed<'_, Email>, id: Uuid) -> Result<()> {
    set(tx, id, Column::PendingSince, None).await
}

/// Addresses in use that have waited for their proof since before `before`, those first that have waited longest.
pub(crate) async fn pending_before(
    conn: &impl ConnectionTrait,
    before: Moment,
    most: u64,
) -> Result<Vec<Email>> {
    let rows = Entity::find()
        .filter(Column::PendingSince.lt(before.0))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::PendingSince)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Email::from).collect())
}

/// Notes that the owner is told about somebody who tried to sign up.
pub(crate) async fn notice(tx: &Tx, _allowed: &Allowed<'_, Email>, id: Uuid) -> Result<()> {
    set(tx, id, Column::NoticedAt, Some(tx.ctx().now())).await
}

/// Puts the address of an entity out of use, or back into it.
pub(crate) async fn set_deleted(
    tx: &Tx,
    _allowed: &Allowed<'_, Email>,
    id: Uuid,
    deleted: bool,
) -> Result<()> {
    set(tx, id, Column::DeletedAt, deleted.then(|| tx.ctx().now())).await
}

async fn set(tx: &Tx, id: Uuid, column: Column, at: Option<Moment>) -> Result<()> {
    Entity::update_many()
        .col_expr(column, Expr::value(at.map(|at| at.0)))
        .col_expr(Column::UpdatedAt, Expr::value(tx.ctx().now().0))
        .filter(Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The address with this id, in use or not; nobody else changes it before this transaction ends.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Email>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?.map(Email::from))
}

/// The address of an entity, in use or not.
pub(crate) async fn any_of(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Option<Email>> {
    Ok(Entity::find().filter(Column::EntityId.eq(entity)).one(conn).await?.map(Email::from))
}

/// The address of an entity that is in use.
pub(crate) async fn of(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Option<Email>> {
    Ok(any_of(conn, entity).await?.filter(|email| email.deleted_at.is_none()))
}

/// Who has an address, in lower case, that is in use.
pub(crate) async fn holder(conn: &impl ConnectionTrait, address: &str) -> Result<Option<Email>> {
    let query = Entity::find().filter(Column::Email.eq(address)).filter(Column::DeletedAt.is_null());
    Ok(query.one(conn).await?.map(Email::from))
}
