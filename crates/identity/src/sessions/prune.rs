//! Forgetting what is over: sessions that ended, attempts that no longer count.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use super::attempts;
use super::model::Session;
use super::store;
use crate::{invitations, resets, verification};

/// How long an ended session can still be looked up.
const REMEMBER: Duration = Duration::from_secs(30 * 86_400);
/// How long a link still says that it is too old.
const REMEMBER_LINKS: Duration = Duration::from_secs(86_400);
/// Rows removed in one transaction.
const BATCH: u64 = 1000;

/// Removes sessions that ended 30 days ago, attempts to sign in that no longer count, and links that are too old; how many
/// rows in all. To be called every few minutes.
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
    loop {
        let batch = links(&ctx).await?;
        removed += batch;
        if batch < BATCH {
            break;
        }
    }
    let tx = ctx.begin().await?;
    let window = ground.settings().login_failure_window_secs;
    removed += attempts::store::prune(&tx, &allowed.part(), ctx.now().minus(window)).await?;
    tx.commit().await?;
    Ok(removed)
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
