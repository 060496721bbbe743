//! Keeping the log of deliveries within its bounds.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use crate::webhooks::Webhook;
use crate::webhooks::deliveries::store;

/// How long an attempt is remembered.
const KEEP: Duration = Duration::from_secs(30 * 86_400);
/// How many of one endpoint.
const MOST: u64 = 1000;

/// Removes attempts that are older than 30 days, and of each endpoint all but the newest thousand; how many.
pub(crate) async fn prune(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune webhook deliveries");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Webhook>::platform())?;
    let tx = ctx.begin().await?;
    let removed = store::prune(&tx, &allowed, ctx.now().minus(KEEP), MOST).await?;
    tx.commit().await?;
    Ok(removed)
}
