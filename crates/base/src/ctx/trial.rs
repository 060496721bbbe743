//! Several steps as one: everything is carried out in one transaction, which is undone at the end (a trial) or kept as a
//! whole.

use std::sync::Arc;

use arc_swap::ArcSwap;
use atoll_policy::{Change, World};
use parking_lot::Mutex;
use sea_orm::{DatabaseTransaction, TransactionTrait as _};

use super::Ctx;
use crate::error::{Common, Result};
use crate::ledger::Appended;
use crate::ledger::store::entry;

/// A transaction of several steps, and what the policy world would be after what was done in it.
pub struct Trial {
    transaction: DatabaseTransaction,
    before: Arc<World>,
    world: ArcSwap<World>,
    changes: Mutex<Vec<Change>>,
    rows: Mutex<Vec<entry::Model>>,
    kept: bool,
}

/// What came of a trial.
#[derive(Debug)]
pub struct Tried {
    /// The world as it is.
    pub before: Arc<World>,
    /// The world as it would be.
    pub after: Arc<World>,
    /// What leads from one to the other.
    pub changes: Vec<Change>,
}

impl Trial {
    /// Begins a trial, or steps that are meant to be kept; it holds the store like a writer until it ends.
    pub(super) async fn begin(ctx: &Ctx, kept: bool) -> Result<Arc<Trial>> {
        let transaction = ctx.db().begin().await?;
        let before = ctx.world()?;
        let world = ArcSwap::new(before.clone());
        let (changes, rows) = (Mutex::default(), Mutex::default());
        Ok(Arc::new(Trial { transaction, before, world, changes, rows, kept }))
    }

    /// Whether what is done is meant to stay.
    pub(super) fn is_kept(&self) -> bool {
        self.kept
    }

    /// Takes in what others have committed meanwhile. What is done here must hold on top of that.
    pub(super) async fn refresh(&self, ctx: &Ctx) -> Result<()> {
        let decisions = ctx.ground().decisions();
        decisions.catch_up().await?;
        let world = decisions.world()?;
        self.world.store(Arc::new(world.apply(&self.changes.lock())));
        Ok(())
    }

    /// A part that can fail without undoing the parts before it.
    pub(super) async fn part(&self) -> Result<DatabaseTransaction> {
        Ok(self.transaction.begin().await?)
    }

    /// What to read from.
    pub(super) fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub(super) fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// Takes in what a part has changed.
    pub(super) fn absorb(&self, changes: Vec<Change>, rows: Vec<entry::Model>) {
        self.world.store(Arc::new(self.world.load().apply(&changes)));
        self.changes.lock().extend(changes);
        self.rows.lock().extend(rows);
    }

    /// Commits all steps at once and lets this process see them. `ctx` is the request outside of the steps.
    ///
    /// # Errors
    /// When the store cannot commit: then nothing was done. A trial is never kept.
    pub async fn keep(self: Arc<Trial>, ctx: &Ctx) -> Result<Appended> {
        let all = Arc::into_inner(self).filter(|all| all.kept);
        let all = all.ok_or_else(|| Common::bug("steps are still in use at their end, or only tried"))?;
        let ctx = ctx.clone();
        let done = tokio::spawn(async move {
            all.transaction.commit().await?;
            Ok(ctx.committed(all.rows.into_inner()).await)
        });
        done.await.map_err(|panic| Common::bug(format!("a commit broke off: {panic}")))?
    }

    /// Undoes everything and says what it was.
    pub async fn end(self: Arc<Trial>) -> Result<Tried> {
        let trial = Arc::into_inner(self).ok_or_else(|| Common::bug("a trial is still in use at its end"))?;
        trial.transaction.rollback().await?;
        let (after, changes) = (trial.world.load_full(), trial.changes.into_inner());
        Ok(Tried { before: trial.before, after, changes })
    }
}
