//! The rounds as jobs: of several replicas one does each.

use std::sync::Arc;

use atoll_base::ctx::Ctx;
use atoll_base::jobs::{self, Claimed, Handler, Job};
use atoll_base::{Ground, Moment, Result};
use serde_json::json;

use super::remove_old;

/// The kind of these jobs.
pub const JOB: &str = "audit_retention";

/// Plans a round for now. To be called at start, when the settings want rounds.
pub async fn plan(ground: &Arc<Ground>) -> Result<()> {
    let now = ground.clock().now();
    enqueue(ground, round(ground, now), now).await
}

/// Rounds are counted from 1970, so that every replica calls the same one by the same number.
fn round(ground: &Ground, at: Moment) -> i64 {
    at.seconds().div_euclid(length(ground))
}

fn length(ground: &Ground) -> i64 {
    i64::try_from(ground.settings().audit_cleanup_interval_secs.as_secs()).unwrap_or(i64::MAX).max(1)
}

async fn enqueue(ground: &Arc<Ground>, round: i64, due_at: Moment) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), "audit retention");
    let tx = ctx.begin().await?;
    let job = Job::new(JOB, json!({ "round": round }), due_at);
    jobs::enqueue(&tx, Job { dedupe_key: Some(format!("{JOB}-{round}")), ..job }).await?;
    tx.commit().await?;
    Ok(())
}

/// Does a round.
#[derive(Clone, Copy, Debug)]
pub struct Cleaning;

#[async_trait::async_trait]
impl Handler for Cleaning {
    async fn handle(&self, ground: &Arc<Ground>, _job: &Claimed) -> Result<(), String> {
        if !ground.settings().audit_retention_enabled {
            return Ok(());
        }
        // The next one is planned first: a round that fails does not end them.
        let next = round(ground, ground.clock().now()) + 1;
        let due = Moment(next.saturating_mul(length(ground)).saturating_mul(1_000_000));
        enqueue(ground, next, due).await.map_err(|error| error.for_log())?;
        match remove_old(ground).await.map_err(|error| error.for_log())? {
            (_, true) => Ok(()),
            // The job is tried again, and goes on where this try ended.
            (removed, false) => Err(format!("there is more to remove after {removed} records")),
        }
    }
}
