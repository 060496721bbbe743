//! Telling endpoints: each by one process at a time, in the order of the ledger, all side by side.

mod attempt;
mod prune;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use atoll_base::{Ground, Result};
use atoll_outbound::http::{Client, Limits, Policy, Surplus};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) use prune::prune;

use super::store;
use turn::Turn;

/// Endpoints told at the same time by one process.
const AT_ONCE: usize = 32;
/// The longest that a receiver may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How much of an answer is read.
const ANSWER: usize = 256;
/// How often to look for endpoints whose time has come.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often to look at most.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(50);

/// Tells endpoints what happens.
pub struct Deliverer {
    ground: Arc<Ground>,
    client: Client,
}

impl Deliverer {
    /// One that goes where the settings allow.
    pub fn new(ground: Arc<Ground>) -> Result<Arc<Deliverer>> {
        let limits = Limits { time: PATIENCE, body: ANSWER, surplus: Surplus::Cut };
        let client = Client::new(Policy::of(ground.settings()), limits)?;
        Ok(Arc::new(Deliverer { ground, client }))
    }

    /// Tells until `stop`. What is under way then is finished, or told again later.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut moved = self.ground.decisions().moved();
        let mut turns = JoinSet::new();
        while !*stop.borrow() {
            while turns.try_join_next().is_some() {}
            if let Err(error) = self.begin_turns(&mut turns, &stop).await {
                tracing::warn!(error = error.for_log(), "webhooks cannot be read right now");
            }
            // Where much happens, one look is enough for many events.
            tokio::time::sleep(LOOK_AT_MOST_EVERY).await;
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = moved.changed() => {}
                Some(_) = turns.join_next() => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        while turns.join_next().await.is_some() {}
    }

    /// Takes every turn that is there to be taken, and waits for their ends; how many.
    pub async fn round(self: &Arc<Self>) -> Result<usize> {
        let (_keep, stop) = watch::channel(false);
        let mut turns = JoinSet::new();
        let begun = self.begin_turns(&mut turns, &stop).await?;
        while turns.join_next().await.is_some() {}
        Ok(begun)
    }

    async fn begin_turns(
        self: &Arc<Self>,
        turns: &mut JoinSet<()>,
        stop: &watch::Receiver<bool>,
    ) -> Result<usize> {
        let free = AT_ONCE.saturating_sub(turns.len());
        if free == 0 {
            return Ok(0);
        }
        let now = self.ground.clock().now();
        let due = store::due(self.ground.db().reader(), now, free as u64).await?;
        let begun = due.len();
        for webhook in due {
            let (deliverer, stop) = (self.clone(), stop.clone());
            turns.spawn(async move { deliverer.turn(webhook, &stop).await });
        }
        Ok(begun)
    }

    async fn turn(&self, webhook: Uuid, stop: &watch::Receiver<bool>) {
        let taken = Turn::take(&self.ground, &self.client, webhook).await;
        let ended = match taken {
            Ok(Some(turn)) => turn.go(stop).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            // Its lease runs out, and somebody goes on.
            tracing::warn!(error = error.for_log(), %webhook, "a webhook could not be told");
        }
    }
}
