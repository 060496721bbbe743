//! Putting a job in.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, EntityTrait};
use uuid::Uuid;

use super::model::{Job, JobState};
use super::store;
use crate::ctx::Tx;
use crate::error::Result;

/// Puts a job into the transaction. Returns its id, or `None` when one with its key is already waiting.
pub async fn enqueue(tx: &Tx, job: Job) -> Result<Option<Uuid>> {
    let id = tx.ctx().new_id();
    let row = store::ActiveModel {
        id: ActiveValue::Set(id),
        kind: ActiveValue::Set(job.kind.to_owned()),
        dedupe_key: ActiveValue::Set(job.dedupe_key),
        payload: ActiveValue::Set(job.payload.to_string()),
        state: ActiveValue::Set(JobState::Waiting.as_str().to_owned()),
        attempts: ActiveValue::Set(0),
        max_attempts: ActiveValue::Set(job.max_attempts.max(1)),
        due_at: ActiveValue::Set(job.due_at.0),
        lease_until: ActiveValue::Set(None),
        lease_id: ActiveValue::Set(None),
        last_error: ActiveValue::Set(None),
        created_at: ActiveValue::Set(tx.ctx().now().0),
        ended_at: ActiveValue::Set(None),
    };
    let inserted = store::Entity::insert(row)
        .on_conflict(OnConflict::column(store::Column::DedupeKey).do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    Ok((inserted > 0).then_some(id))
}
