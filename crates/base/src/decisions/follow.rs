//! Following the ledger.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use atoll_policy::World;
use parking_lot::RwLock;
use sea_orm::ConnectionTrait;
use tokio::sync::Mutex;
use tokio::sync::watch;
use uuid::Uuid;

use super::history::Past;
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
    pub(super) world: ArcSwap<World>,
    pub(super) past: parking_lot::Mutex<Past>,
    followed: Mutex<Followed>,
    confirmed: AtomicI64,
    reactions: RwLock<Vec<Arc<dyn Reaction>>>,
    moved: watch::Sender<()>,
}

struct Followed {
    /// Everything with a smaller tick has been seen.
    mark: i64,
    revisions: HashMap<Uuid, i64>,
}

/// How long a request waits for a revision that it asks for at least.
pub const AT_LEAST_PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait before looking again for a revision that is not there yet.
const RETRY: Duration = Duration::from_millis(50);

/// Rows read at once when catching up.
const BATCH: u64 = 1000;

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
            db,
            sources,
            clock,
            staleness,
            world: ArcSwap::from_pointee(world),
            past: parking_lot::Mutex::default(),
            followed: Mutex::new(followed),
            reactions: RwLock::new(Vec::new()),
            moved: watch::Sender::new(()),
        })
    }

    /// The rooms' facts inside a transaction.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Adds something that hears of every change from now on.
    pub fn react(&self, reaction: Arc<dyn Reaction>) {
        self.reactions.write().push(reaction);
    }

    /// Tells whenever the world has taken in something new, for whoever waits for that.
    pub fn moved(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// The current world; an error when the store could not be confirmed lately, because then a revocation may have
    /// been missed.
    pub fn world(&self) -> Result<Arc<World>> {
        let unconfirmed = self.clock.now().since(self.confirmed_at());
        if unconfirmed > self.staleness {
            return Err(Common::Stale { seconds: unconfirmed.as_secs() }.into());
        }
        Ok(self.world.load_full())
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
            if token.is_covered_by(&self.world.load()) {
                return Ok(());
            }
            if begun.elapsed() > patience {
                return Err(NotReached.into());
            }
            self.catch_up().await?;
            if token.is_covered_by(&self.world.load()) {
                return Ok(());
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// How far each stream has been applied.
    pub async fn revisions(&self) -> BTreeMap<Uuid, i64> {
        self.followed.lock().await.revisions.iter().map(|(stream, revision)| (*stream, *revision)).collect()
    }

    /// Reads what others wrote and applies it.
    pub async fn catch_up(&self) -> Result<()> {
        self.catch_up_through(self.db.reader()).await
    }

    /// The same through a connection that the caller has already, so that it need not wait for another.
    pub(crate) async fn catch_up_through(&self, conn: &impl ConnectionTrait) -> Result<()> {
        let mut followed = self.followed.lock().await;
        let looked_at = self.clock.now();
        let mark = ledger_mark(conn).await?;
        for head in store::heads_since(conn, followed.mark).await? {
            self.read_stream(conn, &mut followed, head.stream, head.revision).await?;
        }
        followed.mark = mark;
        self.confirmed.fetch_max(looked_at.0, Ordering::AcqRel);
        Ok(())
    }

    /// Applies rows that this process has just committed, so that the next check sees them.
    pub(crate) async fn absorb(&self, rows: Vec<entry::Model>) -> Result<()> {
        let mut followed = self.followed.lock().await;
        let mut streams: BTreeMap<Uuid, Vec<entry::Model>> = BTreeMap::new();
        for row in rows {
            streams.entry(row.stream).or_default().push(row);
        }
        for (stream, rows) in streams {
            let last = rows.last().map_or(0, |row| row.revision);
            let next = followed.revisions.get(&stream).copied().unwrap_or(0) + 1;
            if rows.first().is_some_and(|row| row.revision == next) {
                self.apply(&mut followed, stream, rows)?;
            } else {
                // Another replica wrote in between: its rows come first.
                self.read_stream(self.db.reader(), &mut followed, stream, last).await?;
            }
        }
        Ok(())
    }

    async fn read_stream(
        &self,
        conn: &impl ConnectionTrait,
        followed: &mut Followed,
        stream: Uuid,
        until: i64,
    ) -> Result<()> {
        loop {
            let applied = followed.revisions.get(&stream).copied().unwrap_or(0);
            if applied >= until {
                return Ok(());
            }
            let rows = store::rows_after(conn, stream, applied, BATCH).await?;
            if rows.is_empty() {
                return Err(Common::bug(format!("ledger stream {stream} ends before {until}")).into());
            }
            self.apply(followed, stream, rows)?;
        }
    }

    fn apply(&self, followed: &mut Followed, stream: Uuid, rows: Vec<entry::Model>) -> Result<()> {
        let rows = rows.into_iter().map(Row::try_from).collect::<Result<Vec<_>>>()?;
        let Some(last) = rows.last().map(|row| row.revision) else { return Ok(()) };
        let changes: Vec<_> = rows.iter().flat_map(|row| row.changes.iter().cloned()).collect();
        let changed = self.world.load().apply(&changes).at_revision(stream, last);
        self.world.store(Arc::new(changed));
        for reaction in self.reactions.read().iter() {
            reaction.on(&rows);
        }
        followed.revisions.insert(stream, last);
        self.moved.send_replace(());
        Ok(())
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
    let facts = sources.load(&tx).await?;
    tx.rollback().await?;
    let mut world = World::load(strict, facts);
    let mut revisions = HashMap::new();
    for head in heads {
        world = world.at_revision(head.stream, head.revision);
        revisions.insert(head.stream, head.revision);
    }
    Ok((world, Followed { mark, revisions }))
}
