//! Forgetting what is over: sessions that ended, attempts that no longer count.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use super::model::Session;
use super::store;
use super::{attempts, pending};
use crate::{challenges, invitations, resets, verification};

/// How long an ended session can still be looked up.
const REMEMBER: Duration = Duration::from_secs(30 * 86_400);
/// How long a link still says that it is too old.
const REMEMBER_LINKS: Duration = Duration::from_secs(86_400);
/// Rows removed in one transaction.
const BATCH: u64 = 1000;

/// Removes sessions that ended 30 days ago.
pub(crate) async fn prune_sessions(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune sessions");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::platform())?;
    let mut removed = 0;
    loop {
        let tx = ctx.begin().await?;
        let batch = store::prune(&tx, &allowed, ctx.now().minus(REMEMBER), BATCH).await?;
        tx.commit().await?;
        removed += batch;
        if batch < BATCH {
            return Ok(removed);
        }
    }
}

/// Removes attempts to sign in that no longer count.
pub(crate) async fn prune_attempts(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune attempts to sign in");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::platform())?;
    let window = ground.settings().login_failure_window_secs;
    let mut removed = 0;
    loop {
        let tx = ctx.begin().await?;
        let batch = attempts::store::prune(&tx, &allowed.part(), ctx.now().minus(window), BATCH).await?;
        tx.commit().await?;
        removed += batch;
        if batch < BATCH {
            return Ok(removed);
        }
    }
}

/// Removes what waited in vain for a second factor, and challenges that nobody answered.
pub(crate) async fn prune_unfinished(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune unfinished sign-ins");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::platform())?;
    let tx = ctx.begin().await?;
    let mut removed = pending::store::prune(&tx, &allowed.part(), ctx.now()).await?;
    removed += challenges::prune(&tx, &allowed.part()).await?;
    tx.commit().await?;
    Ok(removed)
}

/// Removes tokens that were sent and are too old, and invitations that were over long ago.
pub(crate) async fn prune_links(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune links");
    let mut removed = 0;
    loop {
        let batch = links(&ctx).await?;
        removed += batch;
        if batch < BATCH {
            return Ok(removed);
        }
    }
}

/// Removes a batch of tokens that are too old to be of use, and of invitations that were over long ago.
async fn links(ctx: &Ctx) -> Result<u64> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Session>::platform())?;
    let tx = ctx.begin().await?;
    // For a while they still say that they are too old.
    let before = ctx.now().minus(REMEMBER_LINKS);
    let verifications = verification::store::prune(&tx, &allowed.part(), before, BATCH).await?;
    let resets = resets::store::prune(&tx, &allowed.part(), before, BATCH).await?;
    tx.commit().await?;
    Ok(verifications.max(resets).max(invitations::prune(ctx, BATCH).await?))
}
