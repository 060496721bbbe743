//! The table of sign-ins under way.

use atoll_base::ctx::{Allowed, CredentialKind, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::Pending;

/// A row of `pending_sign_ins`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "pending_sign_ins")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who.
    pub entity_id: Uuid,
    /// The password, or the identity at a provider.
    pub credential_id: Uuid,
    /// Keyed hash.
    pub verifier: Vec<u8>,
    /// Wrong second factors.
    pub failures: i32,
    /// What will do.
    pub passkey_only: bool,
    /// End.
    pub expires_at: i64,
    /// Which of both.
    #[serde(default = "a_password")]
    pub credential_kind: String,
}

/// What those in backups from before they said so began with.
fn a_password() -> String {
    CredentialKind::Password.as_str().to_owned()
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Pending {
    fn from(row: Model) -> Pending {
        Pending {
            id: row.id,
            entity: row.entity_id,
            credential: row.credential_id,
            kind: match row.credential_kind == CredentialKind::Oidc.as_str() {
                true => CredentialKind::Oidc,
                false => CredentialKind::Password,
            },
            verifier: row.verifier,
            failures: row.failures,
            passkey_only: row.passkey_only,
            expires_at: Moment(row.expires_at),
        }
    }
}

/// Adds a sign-in; of more than `most` of the entity the oldest go.
pub(super) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Pending>,
    pending: &Pending,
    most: u64,
) -> Result<()> {
    let row = Model {
        id: pending.id,
        entity_id: pending.entity,
        credential_id: pending.credential,
        verifier: pending.verifier.clone(),
        failures: pending.failures,
        passkey_only: pending.passkey_only,
        expires_at: pending.expires_at.0,
        credential_kind: pending.kind.as_str().to_owned(),
    };
    let kept: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::EntityId.eq(pending.entity))
        .order_by_desc(Column::ExpiresAt)
        .limit(most.saturating_sub(1))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Entity::delete_many()
        .filter(Column::EntityId.eq(pending.entity))
        .filter(Column::Id.is_not_in(kept))
        .exec(tx.conn())
        .await?;
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The sign-in with this id.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Pending>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(Pending::from))
}

/// Counts a wrong second factor.
pub(super) async fn count_failure(tx: &Tx, _allowed: &Allowed<'_, Pending>, id: Uuid) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .filter(Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes a sign-in; whether there was one.
pub(crate) async fn remove(tx: &Tx, _allowed: &Allowed<'_, Pending>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// Removes those of an entity.
pub(super) async fn forget(tx: &Tx, _allowed: &Allowed<'_, Pending>, entity: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    Ok(())
}

/// Removes those that are over; how many there were.
pub(crate) async fn prune(tx: &Tx, _allowed: &Allowed<'_, Pending>, now: Moment) -> Result<u64> {
    let done = Entity::delete_many().filter(Column::ExpiresAt.lte(now.0)).exec(tx.conn()).await?;
    Ok(done.rows_affected)
}
