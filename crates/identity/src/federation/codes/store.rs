//! The table of one-time codes.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::Code;

/// A row of `auth_exchange_codes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "auth_exchange_codes")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whom it signs in.
    pub entity_id: Uuid,
    /// As whom they signed in at the provider.
    pub identity_id: Uuid,
    /// Keyed hash.
    pub verifier: Vec<u8>,
    /// Keyed hash of the browser's secret.
    pub browser: Vec<u8>,
    /// End.
    pub expires_at: i64,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Code {
    fn from(row: Model) -> Code {
        Code {
            id: row.id,
            entity: row.entity_id,
            identity: row.identity_id,
            verifier: row.verifier,
            browser: row.browser,
            expires_at: Moment(row.expires_at),
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds a code.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Code>, code: &Code) -> Result<()> {
    let row = Model {
        id: code.id,
        entity_id: code.entity,
        identity_id: code.identity,
        verifier: code.verifier.clone(),
        browser: code.browser.clone(),
        expires_at: code.expires_at.0,
        created_at: code.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The code with this id.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Code>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(Code::from))
}

/// Takes a code away: of two who do it at once one gets it.
pub(super) async fn remove(tx: &Tx, _allowed: &Allowed<'_, Code>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// Removes those that are over; how many there were.
pub(crate) async fn prune(tx: &Tx, _allowed: &Allowed<'_, Code>, now: Moment) -> Result<u64> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lte(now.0)).exec(tx.conn()).await?.rows_affected)
}
