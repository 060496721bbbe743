//! One round of removing records.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::ledger::retention::{self, Removed};
use atoll_base::{Common, Event, Ground, Moment, Result};

use crate::audit::Record;

/// What the ledger says of a batch.
pub(super) const EVENT: &str = "audit.retention_cleanup";

/// A round ends here; what is left is for the next one. Shorter than the lease of a job.
const PATIENCE: Duration = Duration::from_secs(30);

/// Removes what is older than the settings keep; how many records, and whether that was all of them. Each batch is one
/// transaction: the rows, where their streams begin now, and the record that says so.
pub async fn remove_old(ground: &Arc<Ground>) -> Result<(u64, bool)> {
    let ctx = Ctx::platform(ground.clone(), "audit retention");
    let cutoff = ctx.now().minus(ground.settings().audit_retention_days);
    let begun = Instant::now();
    let mut total = 0;
    while begun.elapsed() < PATIENCE {
        let removed = batch(&ctx, cutoff).await?;
        total += removed;
        if removed == 0 {
            return Ok((total, true));
        }
    }
    Ok((total, false))
}

async fn batch(ctx: &Ctx, cutoff: Moment) -> Result<u64> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Record>::platform())?;
    let settings = ctx.ground().settings();
    let mut tx = ctx.begin().await?;
    let size = settings.audit_cleanup_batch_size;
    let Removed { rows, checkpoints } = retention::remove(&tx, cutoff, size.into()).await?;
    if rows == 0 {
        retention::tidy(&tx).await?;
    } else {
        let event = Event::new(EVENT)
            .detail("deleted_rows", rows)
            .detail("cutoff", cutoff.rfc3339())
            .detail("retention_days", settings.audit_retention_days.as_secs() / 86_400)
            .detail("batch_size", size)
            .detail("checkpoints", serde_json::to_value(checkpoints).map_err(Common::bug)?);
        tx.record(&allowed, event);
    }
    tx.commit().await?;
    Ok(rows)
}
