//! Forgetting what is over: sessions that ended, attempts that no longer count.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use super::model::Session;
use super::store;
use super::{attempts, pending};
use crate::links::{self, Link};
use crate::{challenges, invitations};

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

/// Removes links that were sent and are too old, and invitations that were over long ago.
pub(crate) async fn prune_links(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune links");
    let mut removed = 0;
    loop {
        let (sent, offered) = (prune_sent(&ctx).await?, invitations::prune(&ctx, BATCH).await?);
        removed += sent + offered;
        if sent.max(offered) < BATCH {
            return Ok(removed);
        }
    }
}

/// Removes a batch of links that are too old to be of use.
async fn prune_sent(ctx: &Ctx) -> Result<u64> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Link>::platform())?;
    let tx = ctx.begin().await?;
    // For a while they still say that they are too old.
    let removed = links::store::prune(&tx, &allowed, ctx.now().minus(REMEMBER_LINKS), BATCH).await?;
    tx.commit().await?;
    Ok(removed)
}
