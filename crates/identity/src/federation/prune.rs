//! Forgetting sign-ins that nobody came back from.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Ground, Result};

use super::model::LinkedIdentity;
use super::{codes, states};

/// Removes states and codes that are over; how many there were.
pub(crate) async fn prune(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "prune sign-ins at providers");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<LinkedIdentity>::platform())?;
    let tx = ctx.begin().await?;
    let mut removed = states::store::prune(&tx, &allowed.part(), ctx.now()).await?;
    removed += codes::store::prune(&tx, &allowed.part(), ctx.now()).await?;
    tx.commit().await?;
    Ok(removed)
}
