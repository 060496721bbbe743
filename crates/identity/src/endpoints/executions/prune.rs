//! Forgetting calls.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use super::model::Execution;
use super::store;

/// Rows removed in one transaction.
const BATCH: u64 = 1000;

/// Removes calls that are older than the settings say, and the oldest of those that are more than they allow; how many in
/// all. Refused calls are counted apart: whoever makes many of them does not make others forgotten.
pub async fn prune(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune api endpoint executions");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Execution>::platform())?;
    let settings = ground.settings();
    let most = u64::from(settings.custom_endpoint_executions_max_rows);
    let mut removed = 0;
    for denied in [true, false] {
        let mut until = ctx.now().minus(settings.custom_endpoint_executions_retention_days);
        if let Some(surplus) = store::surplus(ctx.db().reader(), denied, most).await? {
            until = until.max(surplus);
        }
        loop {
            let tx = ctx.begin().await?;
            let batch = store::prune(&tx, &allowed, denied, until, BATCH).await?;
            tx.commit().await?;
            removed += batch;
            if batch < BATCH {
                break;
            }
        }
    }
    Ok(removed)
}
