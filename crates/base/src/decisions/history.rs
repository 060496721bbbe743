//! The policy world as it was: made again from what the ledger kept.

use std::collections::HashMap;
use std::sync::Arc;

use atoll_policy::{Change, Fact, FactKey, World};
use uuid::Uuid;

use super::{Decisions, RevisionToken};
use crate::db::Db;
use crate::error::{Common, Fault, Kind, Result};
use crate::ledger::retention::{self, NoLongerKept};
use crate::ledger::store;

/// How many past worlds are kept for the next question.
const KEPT: usize = 4;
/// Rows read at once.
const BATCH: u64 = 1000;

/// A revision that the ledger does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger does not hold this revision")]
pub struct NotKept;

impl Fault for NotKept {
    fn kind(&self) -> Kind {
        Kind::Missing
    }

    fn code(&self) -> &'static str {
        "revision.not_kept"
    }
}

/// A point in the life of the house: some streams up to a revision each, all others up to a moment.
#[derive(Debug)]
struct Point {
    at: i64,
    streams: HashMap<Uuid, i64>,
}

impl Point {
    /// The point that a token names: its revisions, and for all other streams the time of the latest of them.
    async fn of(db: &Db, token: &RevisionToken) -> Result<Point> {
        let mut point = Point { at: i64::MIN, streams: token.entries().collect() };
        let begins = retention::checkpoints(db.reader()).await?;
        for (stream, revision) in token.entries() {
            let at = match begins.get(&stream) {
                Some(begin) if revision < begin.revision => {
                    return Err(NoLongerKept { kept_after: begin.revision }.into());
                }
                Some(begin) if revision == begin.revision => begin.at.0,
                _ => store::time_of(db.reader(), stream, revision).await?.ok_or(NotKept)?,
            };
            point.at = point.at.max(at);
        }
        // Of the other streams nothing is known at a time before they begin.
        let later =
            begins.values().find(|begin| !point.streams.contains_key(&begin.stream) && begin.at.0 > point.at);
        if let Some(begin) = later {
            return Err(NoLongerKept { kept_after: begin.revision }.into());
        }
        if point.streams.is_empty() { Err(NotKept.into()) } else { Ok(point) }
    }

    fn holds(&self, stream: Uuid, revision: i64, at: i64) -> bool {
        self.streams.get(&stream).map_or(at <= self.at, |last| revision <= *last)
    }
}

/// Past worlds made lately.
#[derive(Default)]
pub(super) struct Past(Vec<(String, Arc<World>)>);

impl Past {
    fn find(&self, token: &str) -> Option<Arc<World>> {
        self.0.iter().find(|(known, _)| known == token).map(|(_, world)| world.clone())
    }

    fn keep(&mut self, token: String, world: Arc<World>) {
        if self.0.len() >= KEPT {
            self.0.remove(0);
        }
        self.0.push((token, world));
    }
}

impl Decisions {
    /// The world as it was at a revision. What streams that the token does not name held then goes by the time of the
    /// revision. Reads the whole ledger, unless somebody asked for the same lately.
    pub async fn as_of(&self, token: &RevisionToken) -> Result<Arc<World>> {
        let text = token.to_string();
        if let Some(world) = self.past.lock().find(&text) {
            return Ok(world);
        }
        let point = Point::of(&self.db, token).await?;
        let mut facts: HashMap<FactKey, (Uuid, i64, Option<Fact>)> = HashMap::new();
        self.replay(&|stream, revision, at| point.holds(stream, revision, at), &mut |stream, at, change| {
            let (key, fact) = match change {
                Change::Put(fact) => (fact.key(), Some(fact)),
                Change::Drop(key) => (key, None),
            };
            // Streams are read one after the other: between two of them the time decides.
            let later = facts.get(&key).is_none_or(|(of, when, _)| *of == stream || *when <= at);
            if later {
                facts.insert(key, (stream, at, fact));
            }
        })
        .await?;
        let strict = self.live.world().is_strict();
        let world = World::load(strict, facts.into_values().filter_map(|(_, _, fact)| fact));
        let world =
            token.entries().fold(world, |world, (stream, revision)| world.at_revision(stream, revision));
        let world = Arc::new(world);
        self.past.lock().keep(text, world.clone());
        Ok(world)
    }

    /// What was changed after one revision, up to another.
    pub async fn changes_between(&self, from: &RevisionToken, to: &RevisionToken) -> Result<Vec<Change>> {
        let (from, to) = (Point::of(&self.db, from).await?, Point::of(&self.db, to).await?);
        let mut changes = Vec::new();
        let between =
            |stream, revision, at| to.holds(stream, revision, at) && !from.holds(stream, revision, at);
        self.replay(&between, &mut |_, _, change| changes.push(change)).await?;
        Ok(changes)
    }

    async fn replay(
        &self,
        wanted: &(dyn Fn(Uuid, i64, i64) -> bool + Sync),
        take: &mut (dyn FnMut(Uuid, i64, Change) + Send),
    ) -> Result<()> {
        for head in store::heads_since(self.db.reader(), i64::MIN).await? {
            self.replay_kept(head.stream, wanted, take).await?;
            let mut after = 0;
            loop {
                let rows = store::changes_after(self.db.reader(), head.stream, after, BATCH).await?;
                let Some((last, ..)) = rows.last() else { break };
                after = *last;
                for (revision, at, changes) in rows {
                    if wanted(head.stream, revision, at) {
                        let changes: Vec<Change> = serde_json::from_str(&changes).map_err(Common::bug)?;
                        changes.into_iter().for_each(|change| take(head.stream, at, change));
                    }
                }
            }
        }
        Ok(())
    }

    /// What rows had changed that were removed since.
    async fn replay_kept(
        &self,
        stream: Uuid,
        wanted: &(dyn Fn(Uuid, i64, i64) -> bool + Sync),
        take: &mut (dyn FnMut(Uuid, i64, Change) + Send),
    ) -> Result<()> {
        let mut after = String::new();
        loop {
            let facts = store::facts_after(self.db.reader(), stream, &after, BATCH).await?;
            let Some(last) = facts.last() else { return Ok(()) };
            after.clone_from(&last.key);
            for fact in facts.into_iter().filter(|fact| wanted(stream, fact.revision, fact.at)) {
                take(stream, fact.at, serde_json::from_str(&fact.change).map_err(Common::bug)?);
            }
        }
    }
}
