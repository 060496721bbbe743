//! Forgetting what is over: sessions that ended, attempts that no longer count.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use super::model::Session;
use super::store;
use super::{attempts, pending};
use crate::challenges;

/// How long an ended session can still be looked up.
const REMEMBER: Duration = Duration::from_secs(30 * 86_400);
/// Rows removed in one transaction.
const BATCH: u64 = 1000;

/// Removes sessions that ended 30 days ago and attempts to sign in that no longer count, and what waited
/// in vain for a second factor; how many rows in all. To be
/// called every few minutes.
pub async fn prune(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune sessions");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::platform())?;
    let mut removed = 0;
    loop {
        let tx = ctx.begin().await?;
        let batch = store::prune(&tx, &allowed, ctx.now().minus(REMEMBER), BATCH).await?;
        tx.commit().await?;
        removed += batch;
        if batch < BATCH {
            break;
        }
    }
    let tx = ctx.begin().await?;
    removed += pending::store::prune(&tx, &allowed.part(), ctx.now()).await?;
    removed += challenges::prune(&tx, &allowed.part()).await?;
    let window = ground.settings().login_failure_window_secs;
    removed += attempts::store::prune(&tx, &allowed.part(), ctx.now().minus(window)).await?;
    tx.commit().await?;
    Ok(removed)
}
