//! Keeping the log within its bounds.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Moment, Result};

use super::model::Recorded;
use super::store;

/// Rows removed in one transaction.
const BATCH: u64 = 1000;

/// Removes decisions that are older than the settings say, and the oldest of those that are more than they allow; how many
/// in all. To be called every minute or so.
pub async fn prune(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune decision log");
    let settings = ground.settings();
    let mut until = ctx.now().minus(settings.decision_log_retention_days);
    if let Some(surplus) = store::surplus(ctx.db().reader(), settings.decision_log_max_rows.into()).await? {
        until = until.max(surplus);
    }
    let mut removed = 0;
    loop {
        let batch = remove(&ctx, until).await?;
        removed += batch;
        if batch < BATCH {
            return Ok(removed);
        }
    }
}

async fn remove(ctx: &Ctx, until: Moment) -> Result<u64> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Recorded>::platform())?;
    let tx = ctx.begin().await?;
    let removed = store::prune(&tx, &allowed, until, BATCH).await?;
    tx.commit().await?;
    Ok(removed)
}
