//! The step that every change takes: from the ledger into the world that readers see.
//!
//! It is told apart from the database and from the atomic pointer, so that a checker can put it through every interleaving
//! (`interleavings.rs`).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arc_swap::ArcSwap;
use atoll_policy::World;
use parking_lot::RwLock;
use sea_orm::ConnectionTrait;
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use super::Reaction;
use crate::db::ledger_mark;
use crate::error::{Common, Result};
use crate::ledger::{Head, Row, rows, store};
use crate::time::Moment;

/// Rows read at once when catching up.
const BATCH: u64 = 1000;

/// Where readers find the current world. Both steps are atomic.
pub(super) trait Pointer: Send + Sync {
    fn load(&self) -> Arc<World>;
    fn store(&self, world: Arc<World>);
}

impl Pointer for ArcSwap<World> {
    fn load(&self) -> Arc<World> {
        self.load_full()
    }

    fn store(&self, world: Arc<World>) {
        ArcSwap::store(self, world);
    }
}

/// The ledger, as far as following it goes.
#[async_trait::async_trait]
pub(super) trait Feed: Sync {
    /// What becomes visible later has this tick or a higher one.
    async fn mark(&self) -> Result<i64>;

    /// The streams written to at this tick or a later one.
    async fn heads_since(&self, mark: i64) -> Result<Vec<Head>>;

    /// At most `limit` rows of a stream after `revision`, in order.
    async fn rows_after(&self, stream: Uuid, revision: i64, limit: u64) -> Result<Vec<Row>>;
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> Feed for C {
    async fn mark(&self) -> Result<i64> {
        Ok(ledger_mark(self).await?)
    }

    async fn heads_since(&self, mark: i64) -> Result<Vec<Head>> {
        let heads = store::heads_since(self, mark).await?;
        Ok(heads.into_iter().map(|head| Head { stream: head.stream, revision: head.revision }).collect())
    }

    async fn rows_after(&self, stream: Uuid, revision: i64, limit: u64) -> Result<Vec<Row>> {
        rows(self, stream, revision, limit).await
    }
}

/// What has been seen of the ledger.
pub(super) struct Followed {
    /// Everything with a smaller tick has been seen.
    pub(super) mark: i64,
    pub(super) revisions: HashMap<Uuid, i64>,
}

/// The current world, and the one way to the next.
pub(super) struct Live<P> {
    pointer: P,
    /// Held by whoever brings changes in: they take turns, readers do not wait.
    followed: Mutex<Followed>,
    reactions: RwLock<Vec<Arc<dyn Reaction>>>,
    moved: watch::Sender<()>,
}

impl<P: Pointer> Live<P> {
    /// Goes on from a world that holds what was followed.
    pub(super) fn new(pointer: P, followed: Followed) -> Self {
        let (followed, reactions) = (Mutex::new(followed), RwLock::default());
        Live { pointer, followed, reactions, moved: watch::Sender::new(()) }
    }

    pub(super) fn world(&self) -> Arc<World> {
        self.pointer.load()
    }

    pub(super) fn react(&self, reaction: Arc<dyn Reaction>) {
        self.reactions.write().push(reaction);
    }

    /// Tells whenever the world has taken in something new.
    pub(super) fn moved(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    pub(super) async fn revisions(&self) -> BTreeMap<Uuid, i64> {
        self.followed.lock().await.revisions.iter().map(|(stream, revision)| (*stream, *revision)).collect()
    }

    /// Reads what others wrote and applies it. Answers when it looked: everything visible then is applied.
    pub(super) async fn catch_up(
        &self,
        feed: &impl Feed,
        now: impl FnOnce() -> Moment + Send,
    ) -> Result<Moment> {
        let mut followed = self.followed.lock().await;
        let looked_at = now();
        let mark = feed.mark().await?;
        for head in feed.heads_since(followed.mark).await? {
            self.read_stream(feed, &mut followed, head.stream, head.revision).await?;
        }
        followed.mark = mark;
        Ok(looked_at)
    }

    /// Applies rows that this process has just committed, so that the next check sees them.
    pub(super) async fn absorb(&self, feed: &impl Feed, rows: Vec<Row>) -> Result<()> {
        let mut followed = self.followed.lock().await;
        let mut streams: BTreeMap<Uuid, Vec<Row>> = BTreeMap::new();
        for row in rows {
            streams.entry(row.stream).or_default().push(row);
        }
        for (stream, rows) in streams {
            let last = rows.last().map_or(0, |row| row.revision);
            let next = followed.revisions.get(&stream).copied().unwrap_or(0) + 1;
            if rows.first().is_some_and(|row| row.revision == next) {
                self.apply(&mut followed, stream, &rows);
            } else {
                // Another replica wrote in between: its rows come first.
                self.read_stream(feed, &mut followed, stream, last).await?;
            }
        }
        Ok(())
    }

    async fn read_stream(
        &self,
        feed: &impl Feed,
        followed: &mut Followed,
        stream: Uuid,
        until: i64,
    ) -> Result<()> {
        loop {
            let applied = followed.revisions.get(&stream).copied().unwrap_or(0);
            if applied >= until {
                return Ok(());
            }
            let rows = feed.rows_after(stream, applied, BATCH).await?;
            if rows.first().is_none_or(|row| row.revision != applied + 1) {
                // Whoever has not followed for so long that rows were removed meanwhile has to load the world anew.
                return Err(Common::bug(format!("ledger stream {stream} has a gap after {applied}")).into());
            }
            self.apply(followed, stream, &rows);
        }
    }

    fn apply(&self, followed: &mut Followed, stream: Uuid, rows: &[Row]) {
        let Some(last) = rows.last().map(|row| row.revision) else { return };
        let changes: Vec<_> = rows.iter().flat_map(|row| row.changes.iter().cloned()).collect();
        let changed = self.pointer.load().apply(&changes).at_revision(stream, last);
        self.pointer.store(Arc::new(changed));
        for reaction in self.reactions.read().iter() {
            reaction.on(rows);
        }
        followed.revisions.insert(stream, last);
        self.moved.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STREAM: Uuid = Uuid::from_u128(1);

    /// A stream of seven rows, of which so many have been removed.
    struct Shortened(i64);

    #[async_trait::async_trait]
    impl Feed for Shortened {
        async fn mark(&self) -> Result<i64> {
            Ok(1)
        }

        async fn heads_since(&self, _mark: i64) -> Result<Vec<Head>> {
            Ok(vec![Head { stream: STREAM, revision: 7 }])
        }

        async fn rows_after(&self, stream: Uuid, revision: i64, _limit: u64) -> Result<Vec<Row>> {
            let row = |revision| Row {
                stream,
                revision,
                id: Uuid::nil(),
                at: Moment(0),
                event: "tenant.update".into(),
                outcome: "allow".into(),
                actor: None,
                target: None,
                reason: None,
                details: json!({}),
                changes: Vec::new(),
            };
            Ok((revision.max(self.0) + 1..=7).map(row).collect())
        }
    }

    #[tokio::test]
    async fn rows_that_were_removed_are_not_passed_over() {
        let at = |revision| {
            let followed = Followed { mark: 0, revisions: HashMap::from([(STREAM, revision)]) };
            Live::new(ArcSwap::from_pointee(World::new(true)), followed)
        };
        let (late, in_time) = (at(2), at(3));
        assert!(late.catch_up(&Shortened(3), || Moment(0)).await.is_err());
        assert_eq!(late.world().revision(STREAM), 0);
        in_time.catch_up(&Shortened(3), || Moment(0)).await.unwrap();
        assert_eq!(in_time.world().revision(STREAM), 7);
    }
}
