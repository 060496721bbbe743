//! The newest list of each issuer.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

/// A row of `revocation_lists`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "revocation_lists")]
pub struct Model {
    /// SHA-256 of the issuer's certificate.
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// Number of the list; 0 before the first.
    pub number: i64,
    /// The list.
    pub der: Vec<u8>,
    /// SHA-256 of what it was made from.
    pub contents: String,
    /// When it was made.
    pub made_at: i64,
    /// When a list was last made because it was time, not because something had changed.
    pub regular_at: i64,
    /// What had expired and been revoked before this was on a regular list after it had expired.
    pub since: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The newest list of an issuer.
pub(super) async fn find(conn: &impl ConnectionTrait, issuer: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(issuer).one(conn).await?)
}

/// The newest list of an issuer, held until the transaction ends: replicas make lists one after the other.
pub(super) async fn lock(tx: &Tx, _allowed: &Allowed<'_, Model>, issuer: &str) -> Result<Model> {
    let none = Model {
        issuer: issuer.to_owned(),
        number: 0,
        der: Vec::new(),
        contents: String::new(),
        made_at: 0,
        regular_at: 0,
        since: 0,
    };
    let mut once = OnConflict::column(Column::Issuer);
    let row = none.clone().into_active_model().reset_all();
    Entity::insert(row).on_conflict(once.do_nothing().to_owned()).exec_without_returning(tx.conn()).await?;
    let held = Entity::find_by_id(issuer).lock_exclusive().one(tx.conn()).await?;
    Ok(held.unwrap_or(none))
}

/// Keeps a new list.
pub(super) async fn save(tx: &Tx, _allowed: &Allowed<'_, Model>, list: Model) -> Result<()> {
    Entity::update(list.into_active_model().reset_all()).exec(tx.conn()).await?;
    Ok(())
}
