//! The last word before a change: what speaks against it as a whole.

use atoll_policy::{Change, World};
use sea_orm::DatabaseTransaction;

use super::Ctx;
use crate::error::Result;
use crate::ledger::Event;

/// A change that is about to be committed.
pub struct Proposal<'a> {
    /// The request that makes it.
    pub ctx: &'a Ctx,
    /// The transaction, for reading what a guard goes by. The streams of the ledger that the change is written to are taken:
    /// nobody else changes anything there meanwhile.
    pub conn: &'a DatabaseTransaction,
    /// The policy world without it.
    pub before: &'a World,
    /// The policy world with it.
    pub after: &'a World,
    /// What the caller changes for decisions. What the house does by itself along with it is left out.
    pub changes: &'a [Change],
    events: Vec<Event>,
}

impl<'a> Proposal<'a> {
    pub(super) fn new(
        ctx: &'a Ctx,
        conn: &'a DatabaseTransaction,
        before: &'a World,
        after: &'a World,
        changes: &'a [Change],
    ) -> Proposal<'a> {
        Proposal { ctx, conn, before, after, changes, events: Vec::new() }
    }

    /// Adds what a guard did by letting the change pass to the ledger, in the same transaction.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    pub(super) fn into_events(self) -> Vec<Event> {
        self.events
    }
}

/// Something that is asked before every commit that changes something for decisions.
#[async_trait::async_trait]
pub trait Guard: Send + Sync {
    /// Nothing, or why the change must not be made.
    async fn check(&self, proposal: &mut Proposal<'_>) -> Result<()>;
}
