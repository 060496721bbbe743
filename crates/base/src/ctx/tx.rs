//! A transaction: changes and their ledger rows together, or not at all.

use atoll_policy::{Change, Fact, FactKey};
use sea_orm::DatabaseTransaction;

use super::{Allowed, Ctx, Proposal};
use crate::error::{Common, Result};
use crate::ledger::{self, Appended, Event, Pending};

/// An open transaction of one request. Dropping it undoes everything.
pub struct Tx {
    ctx: Ctx,
    inner: DatabaseTransaction,
    pending: Vec<Pending>,
}

/// Asks the guards about what an entity changes; what they have to say about letting it pass.
async fn guarded(ctx: &Ctx, conn: &DatabaseTransaction, pending: &[Pending]) -> Result<Vec<Event>> {
    let guards = ctx.ground().guards();
    if guards.is_empty() || ctx.caller().signed_in().is_none() {
        return Ok(Vec::new());
    }
    let by_caller = pending.iter().filter(|one| !one.is_by_house());
    let changes: Vec<Change> = by_caller.flat_map(Pending::changes).cloned().collect();
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    // Two changes that are harmless one by one must not pass side by side.
    match &ctx.trial {
        None => ctx.ground().decisions().catch_up_through(conn).await?,
        Some(steps) if steps.is_kept() => steps.refresh(ctx).await?,
        Some(_) => {}
    }
    let before = ctx.world()?;
    let all: Vec<Change> = pending.iter().flat_map(Pending::changes).cloned().collect();
    let after = before.apply(&all);
    let mut proposal = Proposal::new(ctx, conn, &before, &after, &changes);
    for guard in guards {
        guard.check(&mut proposal).await?;
    }
    Ok(proposal.into_events())
}

impl Tx {
    pub(super) async fn begin(ctx: &Ctx) -> Result<Tx> {
        let inner = match &ctx.trial {
            Some(trial) => trial.part().await?,
            None => ctx.db().begin().await?,
        };
        Ok(Tx { ctx: ctx.clone(), inner, pending: Vec::new() })
    }

    /// What stores query with.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// The request.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Makes replicas that start on an empty store take turns: one goes on, the others wait until it has committed.
    pub async fn lock_first_start(&self) -> Result<()> {
        crate::db::lock_first_start(&self.inner).await
    }

    /// A fact of any room, as this transaction sees it.
    pub async fn fact(&self, key: &FactKey) -> Result<Option<Fact>> {
        self.ctx.ground().decisions().sources().find(&self.inner, key).await
    }

    /// Adds an event to the ledger when the transaction commits. An event that names no tenant goes to the stream of
    /// the tenant in which the permission was given.
    pub fn record<T: ?Sized>(&mut self, allowed: &Allowed<'_, T>, event: Event) {
        self.pending.push(Pending::by(allowed, event));
    }

    /// Adds what somebody else attempted.
    pub(crate) fn record_attempt(&mut self, ctx: Ctx, event: Event) {
        self.pending.push(Pending::attempt(ctx, event));
    }

    /// Writes the ledger rows, commits, and lets this process see the change. It goes on to the end even if the request
    /// is given up meanwhile. Returns the newest revision of each stream touched.
    pub async fn commit(self) -> Result<Appended> {
        let done = tokio::spawn(self.finish()).await;
        done.map_err(|panic| Common::bug(format!("a commit broke off: {panic}")))?
    }

    async fn finish(self) -> Result<Appended> {
        let Tx { ctx, inner, mut pending } = self;
        let heads = ledger::take_heads(&inner, &pending).await?;
        let said = guarded(&ctx, &inner, &pending).await?;
        pending.extend(said.into_iter().map(|event| Pending::attempt(ctx.clone(), event)));
        let trial = ctx.trial.clone();
        let changes = trial.as_ref().map(|_| pending.iter().flat_map(Pending::changes).cloned().collect());
        let rows = ledger::append(&inner, heads, pending).await?;
        inner.commit().await?;
        if let (Some(trial), Some(changes)) = (trial, changes) {
            trial.absorb(changes, rows);
            return Ok(Appended::new());
        }
        Ok(ctx.committed(rows).await)
    }
}
