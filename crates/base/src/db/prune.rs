//! Removing what is over, a batch at a time.

use sea_orm::sea_query::IntoCondition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::error::Result;

/// Removes at most `most` of the rows of a table that are `over`; how many there were. `id` is the primary key.
pub async fn prune<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    id: E::Column,
    over: impl IntoCondition,
    most: u64,
) -> Result<u64> {
    let some = E::find().select_only().column(id).filter(over).limit(most).into_query();
    let gone = id.in_subquery(some);
    Ok(E::delete_many().filter(gone).exec(conn).await?.rows_affected)
}
