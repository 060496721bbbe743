//! Attempts that must be remembered although they change nothing: refused operations, refused checks, failed sign-ins.
//!
//! They are taken without waiting and written to the ledger in batches. The queue is bounded: what does not fit is
//! counted and reported, and never slows a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::ctx::{Caller, Ctx, Origin};
use crate::ground::Ground;
use crate::ledger::Event;

const QUEUE: usize = 10_000;
const BATCH: usize = 500;
const FLUSH_EVERY: Duration = Duration::from_millis(100);

struct Attempt {
    caller: Caller,
    origin: Origin,
    event: Event,
}

/// The queue.
pub struct Attempts {
    sender: mpsc::Sender<Attempt>,
    lost: AtomicU64,
}

/// The receiving end, until it is started.
pub struct AttemptsInbox(mpsc::Receiver<Attempt>);

impl Attempts {
    /// A queue and its end.
    pub fn new() -> (Attempts, AttemptsInbox) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Attempts { sender, lost: AtomicU64::new(0) }, AttemptsInbox(receiver))
    }

    /// Notes an attempt of this caller.
    pub fn note(&self, ctx: &Ctx, event: Event) {
        let attempt = Attempt { caller: ctx.caller().clone(), origin: ctx.origin().clone(), event };
        if self.sender.try_send(attempt).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many attempts did not fit or could not be written since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl AttemptsInbox {
    /// Writes attempts until `stop`, then what is left.
    pub async fn run(mut self, ground: Arc<Ground>, mut stop: tokio::sync::watch::Receiver<bool>) {
        loop {
            let mut batch = Vec::new();
            let stopping = tokio::select! {
                taken = self.0.recv_many(&mut batch, BATCH) => taken == 0,
                _ = stop.wait_for(|stop| *stop) => {
                    while let Ok(attempt) = self.0.try_recv() {
                        batch.push(attempt);
                    }
                    true
                }
            };
            write(&ground, batch).await;
            if stopping {
                return;
            }
            tokio::time::sleep(FLUSH_EVERY).await;
        }
    }
}

async fn write(ground: &Arc<Ground>, batch: Vec<Attempt>) {
    if batch.is_empty() {
        return;
    }
    let count = batch.len() as u64;
    if let Err(error) = write_all(ground, batch).await {
        ground.attempts().lost.fetch_add(count, Ordering::Relaxed);
        tracing::error!(error = error.for_log(), count, "attempts could not be written to the ledger");
    }
}

async fn write_all(ground: &Arc<Ground>, batch: Vec<Attempt>) -> crate::Result<()> {
    let contexts: Vec<_> = batch
        .into_iter()
        .map(|attempt| (Ctx::new(ground.clone(), attempt.caller, attempt.origin), attempt.event))
        .collect();
    let system = Ctx::platform(ground.clone(), "attempts");
    let mut tx = system.begin().await?;
    for (ctx, event) in contexts {
        tx.record_attempt(ctx, event);
    }
    tx.commit().await?;
    Ok(())
}
