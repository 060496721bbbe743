//! The table of sign-ins that have left for a provider.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, PaginatorTrait};
use serde::{Deserialize, Serialize};

use super::model::State;

/// A row of `oauth_login_states`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "oauth_login_states")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name of the provider.
    pub provider: String,
    /// Keyed hash.
    pub verifier: Vec<u8>,
    /// Keyed hash of the browser's secret.
    pub browser: Vec<u8>,
    /// Sealed verifier of PKCE.
    pub sealed_pkce_verifier: Vec<u8>,
    /// Sealed nonce.
    pub sealed_nonce: Vec<u8>,
    /// Path.
    pub return_to: Option<String>,
    /// Whose account is to be linked.
    pub entity_id: Option<Uuid>,
    /// In which session.
    pub session_id: Option<Uuid>,
    /// End.
    pub expires_at: i64,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for State {
    fn from(row: Model) -> State {
        State {
            id: row.id,
            provider: row.provider,
            verifier: row.verifier,
            browser: row.browser,
            sealed_pkce_verifier: row.sealed_pkce_verifier,
            sealed_nonce: row.sealed_nonce,
            return_to: row.return_to,
            entity: row.entity_id,
            session: row.session_id,
            expires_at: Moment(row.expires_at),
            created_at: Moment(row.created_at),
        }
    }
}

/// How many are under way.
pub(super) async fn waiting(conn: &impl ConnectionTrait, now: Moment) -> Result<u64> {
    Ok(Entity::find().filter(Column::ExpiresAt.gt(now.0)).count(conn).await?)
}

/// Adds one.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, State>, state: &State) -> Result<()> {
    let row = Model {
        id: state.id,
        provider: state.provider.clone(),
        verifier: state.verifier.clone(),
        browser: state.browser.clone(),
        sealed_pkce_verifier: state.sealed_pkce_verifier.clone(),
        sealed_nonce: state.sealed_nonce.clone(),
        return_to: state.return_to.clone(),
        entity_id: state.entity,
        session_id: state.session,
        expires_at: state.expires_at.0,
        created_at: state.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The one with this id.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<State>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(State::from))
}

/// Takes one away: of two who do it at once one gets it.
pub(super) async fn remove(tx: &Tx, _allowed: &Allowed<'_, State>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// Removes those that are over; how many there were.
pub(crate) async fn prune(tx: &Tx, _allowed: &Allowed<'_, State>, now: Moment) -> Result<u64> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lte(now.0)).exec(tx.conn()).await?.rows_affected)
}
