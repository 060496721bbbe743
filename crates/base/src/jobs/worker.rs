//! The loop that does jobs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::model::Claimed;
use super::{claim, complete, fail, give_up};
use crate::ground::Ground;

/// Why a try failed, in words for people, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It may go better later.
    ForNow(String),
    /// It would fail again and again: nobody tries until a person says so.
    ForGood(String),
}

impl From<String> for Failed {
    fn from(why: String) -> Failed {
        Failed::ForNow(why)
    }
}

impl From<&str> for Failed {
    fn from(why: &str) -> Failed {
        Failed::ForNow(why.to_owned())
    }
}

/// Does one kind of job.
#[async_trait::async_trait]
pub trait Handler: Send + Sync {
    /// Does it.
    async fn handle(&self, ground: &Arc<Ground>, job: &Claimed) -> Result<(), Failed>;
}

/// Does the jobs of the kinds it has handlers for, one after the other.
pub struct Worker {
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    lease: Duration,
    idle: Duration,
}

impl Default for Worker {
    fn default() -> Self {
        Worker { handlers: HashMap::new(), lease: Duration::from_secs(60), idle: Duration::from_millis(500) }
    }
}

impl Worker {
    /// Holds a job so long before another worker may take it, and gives it up then.
    pub fn holding(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Adds the handler of a kind.
    pub fn with(mut self, kind: &'static str, handler: Arc<dyn Handler>) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// Works until told to stop; a job begun is finished first.
    pub async fn run(self, ground: Arc<Ground>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let worked = self.work_once(&ground).await;
            if !worked {
                tokio::select! {
                    () = tokio::time::sleep(self.idle) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        }
    }

    /// Does one batch; `false` when there was nothing to do.
    pub async fn work_once(&self, ground: &Arc<Ground>) -> bool {
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let jobs = match claim(ground, &kinds, self.lease, 1).await {
            Ok(jobs) => jobs,
            Err(error) => {
                tracing::warn!(error = error.for_log(), "jobs cannot be read right now");
                return false;
            }
        };
        for job in &jobs {
            self.do_one(ground, job).await;
        }
        !jobs.is_empty()
    }

    async fn do_one(&self, ground: &Arc<Ground>, job: &Claimed) {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else { return };
        let done = tokio::time::timeout(self.lease, handler.handle(ground, job)).await;
        let ended = match done {
            Ok(Ok(())) => complete(ground, job).await,
            Ok(Err(Failed::ForNow(why))) => fail(ground, job, &why).await,
            Ok(Err(Failed::ForGood(why))) => give_up(ground, job, &why).await,
            Err(_) => fail(ground, job, "took longer than its lease").await,
        };
        if let Err(error) = ended {
            // Its lease runs out, and somebody does it again.
            tracing::warn!(error = error.for_log(), job = %job.id, "the end of a job could not be written");
        }
    }
}
