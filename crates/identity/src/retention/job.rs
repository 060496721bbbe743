//! The rounds as jobs.

use std::sync::Arc;

use atoll_base::jobs::{Claimed, Handler, Rounds};
use atoll_base::settings::Settings;
use atoll_base::{Ground, Result};

use super::purge_old;

/// The rounds that the settings want, if they want any.
pub fn rounds(settings: &Settings) -> Option<Rounds> {
    let rounds = Rounds { kind: "purge", every: settings.purge_interval_secs };
    settings.purge_enabled.then_some(rounds)
}

/// Does a round.
#[derive(Clone, Copy, Debug)]
pub struct Purging;

#[async_trait::async_trait]
impl Handler for Purging {
    async fn handle(&self, ground: &Arc<Ground>, _job: &Claimed) -> Result<(), String> {
        let Some(rounds) = rounds(ground.settings()) else { return Ok(()) };
        rounds.plan_next(ground).await.map_err(|error| error.for_log())?;
        purge_old(ground).await.map_err(|error| error.for_log())?;
        Ok(())
    }
}
