//! Following the ledger.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use atoll_policy::{Loader, World};
use sea_orm::ConnectionTrait;
use tokio::sync::watch;
use uuid::Uuid;

use super::history::Past;
use super::live::{Followed, Live};
use super::{NotReached, RevisionToken, Sources};
use crate::db::{Db, ledger_mark};
use crate::error::{Common, Result};
use crate::ledger::store::entry;
use crate::ledger::{Row, store};
use crate::time::{Clock, Moment};

/// Something in this process that must hear of every change, whichever replica made it: a cache of sessions, a live
/// page. It is called in the order of the ledger, before the change is acknowledged to whoever made it here.
pub trait Reaction: Send + Sync {
    /// Takes note of rows of one stream.
    fn on(&self, rows: &[Row]);
}

/// The policy world, current.
pub struct Decisions {
    pub(super) db: Db,
    sources: Sources,
    clock: Arc<dyn Clock>,
    staleness: Duration,
    pub(super) live: Live<ArcSwap<World>>,
    pub(super) past: parking_lot::Mutex<Past>,
    confirmed: AtomicI64,
}

/// How long a request waits for a revision that it asks for at least.
pub const AT_LEAST_PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait before looking again for a revision that is not there yet.
const RETRY: Duration = Duration::from_millis(50);

impl Decisions {
    /// Loads the world. `staleness` is how long decisions go on without a confirmed head of the ledger.
    pub async fn load(
        db: Db,
        sources: Sources,
        clock: Arc<dyn Clock>,
        strict: bool,
        staleness: Duration,
    ) -> Result<Decisions> {
        let (world, followed) = read_world(&db, &sources, strict).await?;
        Ok(Decisions {
            confirmed: AtomicI64::new(clock.now().0),
            live: Live::new(ArcSwap::from_pointee(world), followed),
            db,
            sources,
            clock,
            staleness,
            past: parking_lot::Mutex::default(),
        })
    }

    /// The rooms' facts inside a transaction.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Adds something that hears of every change from now on.
    pub fn react(&self, reaction: Arc<dyn Reaction>) {
        self.live.react(reaction);
    }

    /// Tells whenever the world has taken in something new, for whoever waits for that.
    pub fn moved(&self) -> watch::Receiver<()> {
        self.live.moved()
    }

    /// The current world; an error when the store could not be confirmed lately, because then a revocation may have
    /// been missed.
    pub fn world(&self) -> Result<Arc<World>> {
        let unconfirmed = self.clock.now().since(self.confirmed_at());
        if unconfirmed > self.staleness {
            return Err(Common::Stale { seconds: unconfirmed.as_secs() }.into());
        }
        Ok(self.live.world())
    }

    /// When the head of the ledger was last confirmed.
    pub fn confirmed_at(&self) -> Moment {
        Moment(self.confirmed.load(Ordering::Acquire))
    }

    /// Waits until the world holds everything that the token names: at once if it does, else after reading from the
    /// store, else as long as `patience` lasts.
    pub async fn reach(&self, token: &RevisionToken, patience: Duration) -> Result<()> {
        let begun = tokio::time::Instant::now();
        loop {
            if token.is_covered_by(&self.live.world()) {
                return Ok(());
            }
            if begun.elapsed() > patience {
                return Err(NotReached.into());
            }
            self.catch_up().await?;
            if token.is_covered_by(&self.live.world()) {
                return Ok(());
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// How far each stream has been applied.
    pub async fn revisions(&self) -> BTreeMap<Uuid, i64> {
        self.live.revisions().await
    }

    /// Reads what others wrote and applies it.
    pub async fn catch_up(&self) -> Result<()> {
        self.catch_up_through(self.db.reader()).await
    }

    /// The same through a connection that the caller has already, so that it need not wait for another.
    pub(crate) async fn catch_up_through(&self, conn: &impl ConnectionTrait) -> Result<()> {
        let looked_at = self.live.catch_up(conn, || self.clock.now()).await?;
        self.confirmed.fetch_max(looked_at.0, Ordering::AcqRel);
        Ok(())
    }

    /// Applies rows that this process has just committed, so that the next check sees them.
    pub(crate) async fn absorb(&self, rows: Vec<entry::Model>) -> Result<()> {
        let rows = rows.into_iter().map(Row::try_from).collect::<Result<_>>()?;
        self.live.absorb(self.db.reader(), rows).await
    }

    /// Follows until told to stop: polls every `every`. A failing store is reported once and tried again; meanwhile
    /// [`Decisions::world`] stops answering after the staleness bound.
    pub async fn follow(self: Arc<Self>, every: Duration, mut stop: watch::Receiver<bool>) {
        let mut failing = false;
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            // Confirming the head takes milliseconds; a store that hangs must not look like one that answers.
            let result = tokio::time::timeout(self.staleness, self.catch_up()).await;
            match result {
                Ok(Ok(())) if failing => {
                    tracing::info!("the ledger is followed again");
                    failing = false;
                }
                Ok(Ok(())) => {}
                Ok(Err(error)) => report_once(&mut failing, &error.for_log()),
                Err(_) => report_once(&mut failing, "the store does not answer"),
            }
        }
    }
}

fn report_once(failing: &mut bool, why: &str) {
    if !*failing {
        tracing::error!(why, "cannot follow the ledger; decisions stop soon unless this passes");
        *failing = true;
    }
}

async fn read_world(db: &Db, sources: &Sources, strict: bool) -> Result<(World, Followed)> {
    let mark = ledger_mark(db.reader()).await?;
    let tx = db.frozen().await?;
    let heads = store::heads_since(&tx, i64::MIN).await?;
    let mut loader = Loader::new(strict);
    sources.load(&tx, &mut loader).await?;
    tx.rollback().await?;
    let mut world = tokio::task::spawn_blocking(move || loader.finish()).await.map_err(Common::bug)?;
    let mut revisions = HashMap::new();
    for head in heads {
        world = world.at_revision(head.stream, head.revision);
        revisions.insert(head.stream, head.revision);
    }
    Ok((world, Followed { mark, revisions }))
}
