//! The rounds as jobs.

use std::sync::Arc;

use atoll_base::jobs::{Claimed, Handler, Rounds};
use atoll_base::settings::Settings;
use atoll_base::{Ground, Result};

use super::remove_old;

/// The rounds that the settings want, if they want any.
pub fn rounds(settings: &Settings) -> Option<Rounds> {
    let rounds = Rounds { kind: "audit_retention", every: settings.audit_cleanup_interval_secs };
    settings.audit_retention_enabled.then_some(rounds)
}

/// Does a round.
#[derive(Clone, Copy, Debug)]
pub struct Cleaning;

#[async_trait::async_trait]
impl Handler for Cleaning {
    async fn handle(&self, ground: &Arc<Ground>, _job: &Claimed) -> Result<(), String> {
        let Some(rounds) = rounds(ground.settings()) else { return Ok(()) };
        rounds.plan_next(ground).await.map_err(|error| error.for_log())?;
        match remove_old(ground).await.map_err(|error| error.for_log())? {
            (_, true) => Ok(()),
            // The job is tried again, and goes on where this try ended.
            (removed, false) => Err(format!("there is more to remove after {removed} records")),
        }
    }
}
