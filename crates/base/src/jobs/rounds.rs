//! Work that comes round again and again, as jobs: of several replicas one does each round.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::json;
use tokio::sync::watch;

use super::enqueue;
use super::model::{Claimed, Job};
use super::worker::{Failed, Handler, Worker};
use crate::ctx::{Ctx, Tx};
use crate::error::Result;
use crate::ground::Ground;
use crate::settings::Settings;
use crate::time::Moment;

/// When to try again to plan the first round.
const PLAN_AGAIN: Duration = Duration::from_secs(300);

type Work = fn(Arc<Ground>) -> BoxFuture<'static, Result<bool>>;

/// Rounds of one kind. They are counted from 1970, so that every replica calls the same one by the same number.
#[derive(Clone, Copy)]
pub struct Rounds {
    kind: &'static str,
    wanted: fn(&Settings) -> bool,
    every: fn(&Settings) -> Duration,
    work: Work,
    /// How long the work may take; none: as long as any job.
    longest: Option<Duration>,
}

impl Rounds {
    /// Rounds whose jobs are of this kind: whether the settings want them, how often, and what is done in each. `work` says
    /// whether it came to its end; if not it is tried again, and goes on where it stopped.
    pub const fn new(
        kind: &'static str,
        wanted: fn(&Settings) -> bool,
        every: fn(&Settings) -> Duration,
        work: Work,
    ) -> Rounds {
        Rounds { kind, wanted, every, work, longest: None }
    }

    /// The same, whose work changes nothing before its end and may take so long. It is left off when the house stops, and begun
    /// anew.
    pub const fn lasting(self, longest: Duration) -> Rounds {
        Rounds { longest: Some(longest), ..self }
    }

    /// The kind of the jobs.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Plans a round for now.
    pub async fn plan(&self, ground: &Arc<Ground>) -> Result<()> {
        let now = ground.clock().now();
        self.enqueue(ground, self.number(ground, now), now).await
    }

    /// Wants a round besides, as soon as a worker is free. It is put into the transaction of the change that wants it.
    pub async fn ask(&self, tx: &Tx) -> Result<()> {
        let job = Job::new(self.kind, json!({}), tx.ctx().now());
        enqueue(tx, Job { dedupe_key: Some(format!("{}-asked", self.kind)), ..job }).await?;
        Ok(())
    }

    /// Does rounds until told to stop, where the settings want them.
    pub async fn run(self, ground: Arc<Ground>, mut stop: watch::Receiver<bool>) {
        if !(self.wanted)(ground.settings()) {
            return;
        }
        while let Err(error) = self.plan(&ground).await {
            tracing::warn!(error = error.for_log(), kind = self.kind, "a round could not be planned");
            tokio::select! {
                () = tokio::time::sleep(PLAN_AGAIN) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
        match self.longest {
            None => Worker::default().with(self.kind, Arc::new(self)).run(ground, stop).await,
            Some(longest) => {
                let round = Interruptible { rounds: self, stop: stop.clone() };
                let worker = Worker::default().holding(longest).with(self.kind, Arc::new(round));
                worker.run(ground, stop).await;
            }
        }
    }

    fn number(&self, ground: &Ground, at: Moment) -> i64 {
        at.seconds().div_euclid(self.length(ground))
    }

    /// In seconds.
    fn length(&self, ground: &Ground) -> i64 {
        i64::try_from((self.every)(ground.settings()).as_secs()).unwrap_or(i64::MAX).max(1)
    }

    async fn enqueue(&self, ground: &Arc<Ground>, number: i64, due_at: Moment) -> Result<()> {
        let ctx = Ctx::platform(ground.clone(), self.kind);
        let tx = ctx.begin().await?;
        let job = Job::new(self.kind, json!({ "round": number }), due_at);
        enqueue(&tx, Job { dedupe_key: Some(format!("{}-{number}", self.kind)), ..job }).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Rounds that are left off when the house stops.
struct Interruptible {
    rounds: Rounds,
    stop: watch::Receiver<bool>,
}

#[async_trait::async_trait]
impl Handler for Interruptible {
    async fn handle(&self, ground: &Arc<Ground>, job: &Claimed) -> Result<(), Failed> {
        let mut stop = self.stop.clone();
        tokio::select! {
            done = self.rounds.handle(ground, job) => done,
            _ = stop.wait_for(|stop| *stop) => Err("the house stopped meanwhile".into()),
        }
    }
}

#[async_trait::async_trait]
impl Handler for Rounds {
    async fn handle(&self, ground: &Arc<Ground>, _job: &Claimed) -> Result<(), Failed> {
        if !(self.wanted)(ground.settings()) {
            return Ok(());
        }
        // The next one is planned first: a round that fails does not end them.
        let next = self.number(ground, ground.clock().now()) + 1;
        let due = Moment(next.saturating_mul(self.length(ground)).saturating_mul(1_000_000));
        self.enqueue(ground, next, due).await.map_err(|error| error.for_log())?;
        match (self.work)(ground.clone()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err("there is more to do".into()),
            Err(error) => Err(error.for_log().into()),
        }
    }
}
