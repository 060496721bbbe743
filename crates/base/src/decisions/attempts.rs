//! Attempts that must be remembered although they change nothing: refused operations, refused checks, failed sign-ins.
//!
//! They are taken without waiting and written to the ledger in batches. The queue is bounded: what does not fit is
//! counted and reported, and never slows a request.

use std::sync::Arc;

use crate::ctx::{Caller, Ctx, Origin};
use crate::ground::Ground;
use crate::inbox::{self, Inbox, Queue, Writer};
use crate::ledger::Event;

struct Attempt {
    caller: Caller,
    origin: Origin,
    event: Event,
}

/// The queue.
pub struct Attempts(Queue<Attempt>);

/// The receiving end, until it is started.
pub struct AttemptsInbox(Inbox<Attempt>);

impl Attempts {
    /// A queue and its end.
    pub fn new() -> (Attempts, AttemptsInbox) {
        let (queue, inbox) = inbox::queue();
        (Attempts(queue), AttemptsInbox(inbox))
    }

    /// Notes an attempt of this caller.
    pub fn note(&self, ctx: &Ctx, event: Event) {
        self.0.put(Attempt { caller: ctx.caller().clone(), origin: ctx.origin().clone(), event });
    }

    /// How many attempts did not fit or could not be written since the start.
    pub fn lost(&self) -> u64 {
        self.0.lost()
    }
}

impl AttemptsInbox {
    /// Writes attempts until `stop`, then what is left.
    pub async fn run(mut self, ground: Arc<Ground>, stop: tokio::sync::watch::Receiver<bool>) {
        self.0.run(stop, &mut IntoLedger(ground)).await;
    }
}

struct IntoLedger(Arc<Ground>);

#[async_trait::async_trait]
impl Writer<Attempt> for IntoLedger {
    async fn write(&mut self, batch: Vec<Attempt>) {
        let IntoLedger(ground) = self;
        let count = batch.len() as u64;
        if let Err(error) = write_all(ground, batch).await {
            ground.attempts().0.lose(count);
            tracing::error!(error = error.for_log(), count, "attempts could not be written to the ledger");
        }
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
