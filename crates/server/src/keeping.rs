//! What becomes of the questions that are kept, in the background.

use std::sync::Arc;
use std::time::Duration;

use atoll_access::drafts::{Shadow, Watch};
use atoll_access::recorded::{self, IntoLog};
use atoll_base::Ground;
use atoll_base::decisions::QuestionInboxes;
use atoll_identity::endpoints::executions;
use tokio::sync::watch;

/// How often the decision log and the calls of custom endpoints are brought within their bounds.
const PRUNE_EVERY: Duration = Duration::from_secs(60);

/// Writes questions to the decision log and puts them to the drafts in shadow, until `stop`.
pub(crate) async fn keep(ground: Arc<Ground>, questions: QuestionInboxes, stop: watch::Receiver<bool>) {
    let QuestionInboxes { mut log, mut shadow } = questions;
    let drafts = Watch::start(&ground);
    let mut into_log = IntoLog(ground.clone());
    let mut into_drafts = Shadow::new(ground.clone(), drafts.clone());
    tokio::join!(
        log.run(stop.clone(), &mut into_log),
        shadow.run(stop.clone(), &mut into_drafts),
        drafts.run(&ground, stop.clone()),
        bound_log(&ground, stop),
    );
}

async fn bound_log(ground: &Arc<Ground>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(PRUNE_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = recorded::prune(ground).await {
            tracing::warn!(error = error.for_log(), "the decision log could not be pruned");
        }
        if let Err(error) = executions::prune(ground).await {
            tracing::warn!(error = error.for_log(), "calls of custom endpoints could not be forgotten");
        }
    }
}
