//! Ending a try: done, failed, given up; and bringing back what was given up.

use sea_orm::{ActiveModelTrait, ActiveValue, IntoActiveModel, ModelTrait};
use uuid::Uuid;

use super::back_off;
use super::model::{Claimed, DeadLetter, JobState};
use super::store::{self, Entity};
use crate::ctx::Tx;
use crate::error::{Common, Result};
use crate::ground::Ground;
use crate::time::Moment;

/// The job is done. `false` when the lease ran out and somebody else has it now.
pub async fn complete(ground: &Ground, job: &Claimed) -> Result<bool> {
    let tx = ground.db().begin().await?;
    let Some(row) = store::held(&tx, job.id, job.lease).await? else { return Ok(false) };
    row.delete(&tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// The try failed: the job waits for its next one, or becomes a dead letter after the last.
pub async fn fail(ground: &Ground, job: &Claimed, why: &str) -> Result<bool> {
    end(ground, job, why, job.attempt >= job.max_attempts).await
}

/// The try failed, and every other would: the job becomes a dead letter.
pub async fn give_up(ground: &Ground, job: &Claimed, why: &str) -> Result<bool> {
    end(ground, job, why, true).await
}

async fn end(ground: &Ground, job: &Claimed, why: &str, last: bool) -> Result<bool> {
    let now = ground.clock().now();
    let tx = ground.db().begin().await?;
    let Some(row) = store::held(&tx, job.id, job.lease).await? else { return Ok(false) };
    let state = if last { JobState::Dead } else { JobState::Waiting };
    let mut failed = row.into_active_model();
    failed.state = ActiveValue::Set(state.as_str().to_owned());
    failed.due_at = ActiveValue::Set(now.plus(back_off::pause(job.attempt, ground.chance())).0);
    failed.lease_id = ActiveValue::Set(None);
    failed.lease_until = ActiveValue::Set(None);
    failed.last_error = ActiveValue::Set(Some(why.chars().take(2000).collect()));
    failed.ended_at = ActiveValue::Set(last.then_some(now.0));
    failed.update(&tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Jobs that were given up, newest first.
pub async fn dead_letters(ground: &Ground, limit: u64) -> Result<Vec<DeadLetter>> {
    let rows = store::in_state(ground.db().reader(), JobState::Dead, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| DeadLetter {
            id: row.id,
            kind: row.kind,
            attempts: row.attempts,
            last_error: row.last_error,
            ended_at: row.ended_at.map(Moment),
        })
        .collect())
}

/// Brings a dead letter back, with all its tries.
pub async fn redrive(tx: &Tx, id: Uuid) -> Result<()> {
    let mut again = dead(tx, id).await?.into_active_model();
    again.state = ActiveValue::Set(JobState::Waiting.as_str().to_owned());
    again.attempts = ActiveValue::Set(0);
    again.due_at = ActiveValue::Set(tx.ctx().now().0);
    again.ended_at = ActiveValue::Set(None);
    again.update(tx.conn()).await?;
    Ok(())
}

/// Throws a dead letter away.
pub async fn discard(tx: &Tx, id: Uuid) -> Result<()> {
    dead(tx, id).await?.delete(tx.conn()).await?;
    Ok(())
}

async fn dead(tx: &Tx, id: Uuid) -> Result<store::Model> {
    use sea_orm::EntityTrait as _;
    let row = Entity::find_by_id(id).one(tx.conn()).await?;
    let row = row.filter(|row| row.state == JobState::Dead.as_str());
    row.ok_or_else(|| Common::not_found("dead letter", id).into())
}

/// Removes dead letters of a kind that were given up before a moment; how many.
pub async fn discard_dead(ground: &Ground, kind: &str, before: Moment) -> Result<u64> {
    store::discard_dead(ground.db().writer(), kind, before).await
}
