//! Work that is done in rounds: of several replicas one does each.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Job, enqueue};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::ground::Ground;
use crate::time::Moment;

/// The rounds of a kind of job. They are counted from 1970, so that every replica calls the same one by the same number.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    /// The kind of the jobs.
    pub kind: &'static str,
    /// From the beginning of one round to that of the next.
    pub every: Duration,
}

impl Rounds {
    /// Plans a round for now. To be called at start.
    pub async fn plan(self, ground: &Arc<Ground>) -> Result<()> {
        let now = ground.clock().now();
        self.enqueue(ground, self.round(now), now).await
    }

    /// Plans the round after this one. To be called before the work of this one: a round that fails does not end them.
    pub async fn plan_next(self, ground: &Arc<Ground>) -> Result<()> {
        let next = self.round(ground.clock().now()) + 1;
        let due = Moment(next.saturating_mul(self.length()).saturating_mul(1_000_000));
        self.enqueue(ground, next, due).await
    }

    fn round(self, at: Moment) -> i64 {
        at.seconds().div_euclid(self.length())
    }

    fn length(self) -> i64 {
        i64::try_from(self.every.as_secs()).unwrap_or(i64::MAX).max(1)
    }

    async fn enqueue(self, ground: &Arc<Ground>, round: i64, due_at: Moment) -> Result<()> {
        let ctx = Ctx::platform(ground.clone(), self.kind);
        let tx = ctx.begin().await?;
        let job = Job::new(self.kind, json!({ "round": round }), due_at);
        enqueue(&tx, Job { dedupe_key: Some(format!("{}-{round}", self.kind)), ..job }).await?;
        tx.commit().await?;
        Ok(())
    }
}
