//! Trying changes without making them: everything is carried out as it would be, in a transaction that is undone.

use std::sync::Arc;

use arc_swap::ArcSwap;
use atoll_policy::{Change, World};
use parking_lot::Mutex;
use sea_orm::{DatabaseTransaction, TransactionTrait as _};

use super::Ctx;
use crate::error::{Common, Result};

/// A transaction that is never committed, and what the policy world would be after what was done in it.
pub struct Trial {
    transaction: DatabaseTransaction,
    before: Arc<World>,
    world: ArcSwap<World>,
    changes: Mutex<Vec<Change>>,
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
    /// Begins a trial; it holds the store like a writer until it ends.
    pub(super) async fn begin(ctx: &Ctx) -> Result<Arc<Trial>> {
        let transaction = ctx.db().begin().await?;
        let before = ctx.world()?;
        let world = ArcSwap::new(before.clone());
        Ok(Arc::new(Trial { transaction, before, world, changes: Mutex::default() }))
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
    pub(super) fn absorb(&self, changes: Vec<Change>) {
        self.world.store(Arc::new(self.world.load().apply(&changes)));
        self.changes.lock().extend(changes);
    }

    /// Undoes everything and says what it was.
    pub async fn end(self: Arc<Trial>) -> Result<Tried> {
        let trial = Arc::into_inner(self).ok_or_else(|| Common::bug("a trial is still in use at its end"))?;
        trial.transaction.rollback().await?;
        let (after, changes) = (trial.world.load_full(), trial.changes.into_inner());
        Ok(Tried { before: trial.before, after, changes })
    }
}
