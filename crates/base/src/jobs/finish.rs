//! Ending a try: done, failed, given up; and bringing back what was given up.

use sea_orm::{ActiveModelTrait, ActiveValue, IntoActiveModel, ModelTrait};
use uuid::Uuid;

use super::back_off;
use super::model::{Claimed, Job, JobState};
use super::store;
use crate::ctx::{Allowed, Tx};
use crate::error::{Common, Result};
use crate::ground::Ground;
use crate::ledger::Event;
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

/// Brings a dead letter back, with all its tries. The ledger says so.
pub async fn redrive(tx: &mut Tx, allowed: &Allowed<'_, Job>, id: Uuid) -> Result<()> {
    let mut again = dead(tx, id).await?.into_active_model();
    again.state = ActiveValue::Set(JobState::Waiting.as_str().to_owned());
    again.attempts = ActiveValue::Set(0);
    again.due_at = ActiveValue::Set(tx.ctx().now().0);
    again.ended_at = ActiveValue::Set(None);
    again.update(tx.conn()).await?;
    tx.record(allowed, Event::new("job.redrive").on("job", id));
    Ok(())
}

/// Throws a dead letter away. The ledger says so.
pub async fn discard(tx: &mut Tx, allowed: &Allowed<'_, Job>, id: Uuid) -> Result<()> {
    dead(tx, id).await?.delete(tx.conn()).await?;
    tx.record(allowed, Event::new("job.discard").on("job", id));
    Ok(())
}

async fn dead(tx: &Tx, id: Uuid) -> Result<store::Model> {
    let row = store::find(tx.conn(), id).await?;
    let row = row.filter(|row| row.state == JobState::Dead.as_str());
    row.ok_or_else(|| Common::not_found("dead letter", id).into())
}

/// Removes dead letters of a kind that were given up before a moment; how many.
pub async fn discard_dead(ground: &Ground, kind: &str, before: Moment) -> Result<u64> {
    store::discard_dead(ground.db().writer(), kind, before).await
}
