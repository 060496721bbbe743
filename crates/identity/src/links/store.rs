//! The table of links that were sent.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result, db};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::model::Link;
use crate::one_time::Purpose;

/// A row of `mailed_links`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "mailed_links")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How its token begins.
    pub purpose: String,
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

impl From<Model> for Link {
    fn from(row: Model) -> Link {
        Link {
            id: row.id,
            purpose: row.purpose,
            entity: row.entity_id,
            email: row.email_id,
            verifier: row.verifier,
            expires_at: Moment(row.expires_at),
            consumed_at: row.consumed_at.map(Moment),
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds a link.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Link>, link: &Link) -> Result<()> {
    let row = Model {
        id: link.id,
        purpose: link.purpose.clone(),
        entity_id: link.entity,
        email_id: link.email,
        verifier: link.verifier.clone(),
        expires_at: link.expires_at.0,
        consumed_at: link.consumed_at.map(|at| at.0),
        created_at: link.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The link with this id, if it is for this purpose.
pub(super) async fn find<P: Purpose>(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Link>> {
    let found = Entity::find_by_id(id).filter(Column::Purpose.eq(P::PREFIX));
    Ok(found.one(conn).await?.map(Link::from))
}

/// Uses a link up; whether this was the one time.
pub(crate) async fn consume(tx: &Tx, _allowed: &Allowed<'_, Link>, id: Uuid) -> Result<bool> {
    Ok(use_up(tx, Condition::all().add(Column::Id.eq(id))).await? == 1)
}

/// Uses up whatever links for a purpose an address has left.
pub(crate) async fn consume_rest<P: Purpose>(
    tx: &Tx,
    _allowed: &Allowed<'_, Link>,
    email: Uuid,
) -> Result<u64> {
    use_up(tx, to::<P>(email)).await
}

fn to<P: Purpose>(email: Uuid) -> Condition {
    Condition::all().add(Column::EmailId.eq(email)).add(Column::Purpose.eq(P::PREFIX))
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

/// How many links for a purpose were sent to an address since a moment.
pub(crate) async fn made_since<P: Purpose>(
    conn: &impl ConnectionTrait,
    email: Uuid,
    since: Moment,
) -> Result<u64> {
    Ok(Entity::find().filter(to::<P>(email)).filter(Column::CreatedAt.gt(since.0)).count(conn).await?)
}

/// Removes at most `most` links that ended before `before`; how many there were.
pub(crate) async fn prune(tx: &Tx, _allowed: &Allowed<'_, Link>, before: Moment, most: u64) -> Result<u64> {
    db::prune::<Entity>(tx.conn(), Column::Id, Column::ExpiresAt.lt(before.0), most).await
}
