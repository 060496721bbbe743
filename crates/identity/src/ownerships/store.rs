//! The table of ownerships.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use serde::{Deserialize, Serialize};

use super::model::Ownership;

/// A row of `ownerships`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "ownerships")]
pub struct Model {
    /// Owner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: Uuid,
    /// What is owned.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owned_id: Uuid,
    /// In which way.
    pub relation: String,
    /// Since when.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Ownership {
    fn from(row: Model) -> Ownership {
        Ownership {
            owner: row.owner_id,
            owned: row.owned_id,
            relation: row.relation,
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds an ownership, or changes in which way it is one.
pub(crate) async fn put(tx: &Tx, _allowed: &Allowed<'_, Ownership>, ownership: &Ownership) -> Result<()> {
    let row = Model {
        owner_id: ownership.owner,
        owned_id: ownership.owned,
        relation: ownership.relation.clone(),
        created_at: ownership.created_at.0,
    };
    let change =
        OnConflict::columns([Column::OwnerId, Column::OwnedId]).update_column(Column::Relation).to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(change)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Ends an ownership.
pub(crate) async fn delete(
    tx: &Tx,
    _allowed: &Allowed<'_, Ownership>,
    owner: Uuid,
    owned: Uuid,
) -> Result<()> {
    Entity::delete_by_id((owner, owned)).exec(tx.conn()).await?;
    Ok(())
}

/// The ownership.
pub(crate) async fn find(conn: &impl ConnectionTrait, owner: Uuid, owned: Uuid) -> Result<Option<Ownership>> {
    Ok(Entity::find_by_id((owner, owned)).one(conn).await?.map(Ownership::from))
}
