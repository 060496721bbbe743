//! The table of identities at providers.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::LinkedIdentity;

/// A row of `oauth_identities`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "oauth_identities")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// Name of the provider.
    pub provider: String,
    /// Its issuer.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// Address.
    pub email: String,
    /// Last sign-in.
    pub last_used_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for LinkedIdentity {
    fn from(row: Model) -> LinkedIdentity {
        LinkedIdentity {
            id: row.id,
            entity: row.entity_id,
            provider: row.provider,
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            last_used_at: row.last_used_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        }
    }
}

/// Adds an identity.
pub(super) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, LinkedIdentity>,
    identity: &LinkedIdentity,
) -> Result<()> {
    let row = Model {
        id: identity.id,
        entity_id: identity.entity,
        provider: identity.provider.clone(),
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        email: identity.email.clone(),
        last_used_at: identity.last_used_at.map(|at| at.0),
        created_at: identity.created_at.0,
        updated_at: identity.updated_at.map(|at| at.0),
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes that somebody signed in with it, and the address they have there now.
pub(super) async fn used(
    tx: &Tx,
    _allowed: &Allowed<'_, LinkedIdentity>,
    id: Uuid,
    email: &str,
) -> Result<()> {
    let now = tx.ctx().now().0;
    Entity::update_many()
        .col_expr(Column::Email, Expr::value(email))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes an identity; whether there was one.
pub(super) async fn remove(tx: &Tx, _allowed: &Allowed<'_, LinkedIdentity>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// Whose a subject is.
pub(super) async fn of_subject(
    conn: &impl ConnectionTrait,
    (provider, issuer): (&str, &str),
    subject: &str,
) -> Result<Option<LinkedIdentity>> {
    let query = Entity::find()
        .filter(Column::Provider.eq(provider))
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Subject.eq(subject));
    Ok(query.one(conn).await?.map(LinkedIdentity::from))
}

/// The identities of an entity, oldest first.
pub(super) async fn of_entity(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Vec<LinkedIdentity>> {
    let rows = Entity::find().filter(Column::EntityId.eq(entity)).order_by_asc(Column::Id).all(conn).await?;
    Ok(rows.into_iter().map(LinkedIdentity::from).collect())
}

/// The same; nobody else changes them before this transaction ends.
pub(super) async fn lock_of_entity(tx: &Tx, entity: Uuid) -> Result<Vec<LinkedIdentity>> {
    let query = Entity::find().filter(Column::EntityId.eq(entity)).order_by_asc(Column::Id);
    let rows = query.lock_exclusive().all(tx.conn()).await?;
    Ok(rows.into_iter().map(LinkedIdentity::from).collect())
}

/// Whether an identity is there and one can sign in with it; it stays so until this transaction ends.
pub(crate) async fn hold(tx: &Tx, id: Uuid) -> Result<bool> {
    let found = Entity::find_by_id(id).lock_shared().one(tx.conn()).await?.map(LinkedIdentity::from);
    Ok(found.is_some_and(|found| found.is_usable(tx.ctx().ground().settings())))
}
