//! Writing decisions to the log, in the background.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::decisions::Asked;
use atoll_base::inbox::Writer;
use atoll_base::{Ground, Result};

use super::model::Recorded;
use super::store;

/// Writes what it is given to the log; what cannot be written is counted and lost.
pub struct IntoLog(pub Arc<Ground>);

#[async_trait::async_trait]
impl Writer<Arc<Asked>> for IntoLog {
    async fn write(&mut self, batch: Vec<Arc<Asked>>) {
        let IntoLog(ground) = self;
        if let Err(error) = write(ground, &batch).await {
            ground.questions().log().lose(batch.len() as u64);
            tracing::warn!(error = error.for_log(), count = batch.len(), "decisions could not be recorded");
        }
    }
}

async fn write(ground: &Arc<Ground>, batch: &[Arc<Asked>]) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), "decision log");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Recorded>::platform())?;
    let all = batch.iter().map(|asked| Recorded::of(ctx.new_id(), asked)).collect();
    let tx = ctx.begin().await?;
    store::insert(&tx, &allowed, all).await?;
    tx.commit().await?;
    Ok(())
}
