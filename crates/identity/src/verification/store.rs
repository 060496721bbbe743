//! The table of tokens that prove that an address is somebody's.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::VerificationToken;

/// A row of `email_verification_tokens`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "email_verification_tokens")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Account.
    pub entity_id: Uuid,
    /// Address.
    pub email_id: Uuid,
    /// Keyed hash.
    pub verifier: Vec<u8>,
    /// End.
    pub expires_at: i64,
    /// Use.
    pub consumed_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for VerificationToken {
    fn from(row: Model) -> VerificationToken {
        VerificationToken {
            id: row.id,
            entity: row.entity_id,
            email: row.email_id,
            verifier: row.verifier,
            expires_at: Moment(row.expires_at),
            consumed_at: row.consumed_at.map(Moment),
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds a token.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, VerificationToken>,
    token: &VerificationToken,
) -> Result<()> {
    let row = Model {
        id: token.id,
        entity_id: token.entity,
        email_id: token.email,
        verifier: token.verifier.clone(),
        expires_at: token.expires_at.0,
        consumed_at: token.consumed_at.map(|at| at.0),
        created_at: token.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The token.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<VerificationToken>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(VerificationToken::from))
}

/// Uses a token up; whether this was the one time.
pub(crate) async fn consume(tx: &Tx, _allowed: &Allowed<'_, VerificationToken>, id: Uuid) -> Result<bool> {
    let one = Condition::all().add(Column::Id.eq(id));
    Ok(use_up(tx, one).await? == 1)
}

/// Uses up whatever tokens an address has left.
pub(crate) async fn consume_rest(
    tx: &Tx,
    _allowed: &Allowed<'_, VerificationToken>,
    email: Uuid,
) -> Result<u64> {
    use_up(tx, Condition::all().add(Column::EmailId.eq(email))).await
}

async fn use_up(tx: &Tx, which: Condition) -> Result<u64> {
    let now = tx.ctx().now().0;
    let done = Entity::update_many()
        .col_expr(Column::ConsumedAt, Expr::value(now))
        .filter(which)
        .filter(Column::ConsumedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// How many tokens of an address were made since a moment.
pub(crate) async fn made_since(conn: &impl ConnectionTrait, email: Uuid, since: Moment) -> Result<u64> {
    let made = Entity::find().filter(Column::EmailId.eq(email)).filter(Column::CreatedAt.gt(since.0));
    Ok(made.count(conn).await?)
}

/// Removes at most `most` tokens that ended before `before`; how many there were.
pub(crate) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, VerificationToken>,
    before: Moment,
    most: u64,
) -> Result<u64> {
    let old: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ExpiresAt.lt(before.0))
        .limit(most)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let done = Entity::delete_many().filter(Column::Id.is_in(old)).exec(tx.conn()).await?;
    Ok(done.rows_affected)
}
