//! Forgetting invitations that were over long ago.

use std::time::Duration;

use atoll_base::Result;
use atoll_base::ctx::{Ctx, Rule, Within};

use super::model::Invitation;
use super::store;

/// How long one that can no longer be accepted can still be looked up.
const REMEMBER: Duration = Duration::from_secs(90 * 86_400);

/// Removes at most `most` of them; how many there were.
pub(crate) async fn prune(ctx: &Ctx, most: u64) -> Result<u64> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Invitation>::platform())?;
    let tx = ctx.begin().await?;
    let removed = store::prune(&tx, &allowed, ctx.now().minus(REMEMBER), most).await?;
    tx.commit().await?;
    Ok(removed)
}
