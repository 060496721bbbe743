//! Following some streams of the ledger for somebody who may.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::decisions::{AT_LEAST_PATIENCE, RevisionToken};
use atoll_base::ledger::{self, PLATFORM_STREAM};
use atoll_base::{Event, Fault, Kind, Result};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;
use uuid::Uuid;

use super::noted::Noted;

/// Who may watch: whoever deals with policies in the tenant, or at the platform.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();

/// Tenants, or the platform, in one watch: as many as a revision token holds.
pub const MAX_STREAMS: usize = 32;
/// Rows read at once.
const BATCH: u64 = 200;
/// The longest without a look at the ledger and at whether the watcher still may.
const PATIENCE: Duration = Duration::from_secs(5);

/// What cannot be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WatchFault {
    /// Too many tenants.
    #[error("at most {MAX_STREAMS} tenants can be watched at once")]
    TooMany,
}

impl Fault for WatchFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            WatchFault::TooMany => "watch.too_many",
        }
    }
}

/// A place in the streams of some tenants. Rows are read from the store when they are asked for: a watcher that is slow holds
/// up nobody and misses nothing.
pub struct Watch {
    ctx: Ctx,
    /// How far each stream has been read.
    read: BTreeMap<Uuid, i64>,
    /// How far each stream has been told.
    told: BTreeMap<Uuid, i64>,
    waiting: VecDeque<ledger::Row>,
    moved: Receiver<()>,
}

impl Watch {
    /// Begins to watch what changes in these tenants (in none: at the platform) after `from`, or from now on. That somebody
    /// watches is kept in the ledger.
    ///
    /// # Errors
    /// `forbidden` unless the caller may watch every one of them; [`NotReached`](atoll_base::decisions::NotReached) if this
    /// process does not come to hold `from` in time;
    /// [`NoLongerKept`](ledger::retention::NoLongerKept) if what followed it was removed.
    pub async fn open(ctx: &Ctx, tenants: &[Uuid], from: Option<&RevisionToken>) -> Result<Watch> {
        ctx.signed_in()?;
        let streams: BTreeSet<Uuid> = match tenants {
            [] => BTreeSet::from([PLATFORM_STREAM]),
            some => some.iter().copied().collect(),
        };
        if streams.len() > MAX_STREAMS {
            return Err(WatchFault::TooMany.into());
        }
        allowed(ctx, &streams)?;
        let decisions = ctx.ground().decisions();
        if let Some(from) = from {
            // Another replica may have told of it a moment ago.
            decisions.reach(from, AT_LEAST_PATIENCE).await?;
        }
        let moved = decisions.moved();
        let world = ctx.world()?;
        let asked: BTreeMap<Uuid, i64> = from.into_iter().flat_map(RevisionToken::entries).collect();
        let mut read = BTreeMap::new();
        for stream in &streams {
            let after = asked.get(stream).copied().unwrap_or_else(|| world.revision(*stream));
            ledger::retention::still_follows(ctx.db().reader(), *stream, after).await?;
            read.insert(*stream, after);
        }
        for stream in streams {
            ctx.note(Event::new("access.watch").of(Some(stream).filter(|stream| *stream != PLATFORM_STREAM)));
        }
        Ok(Watch { ctx: ctx.clone(), told: read.clone(), read, waiting: VecDeque::new(), moved })
    }

    /// Where the watcher is.
    pub fn token(&self) -> Option<RevisionToken> {
        RevisionToken::written(&self.told)
    }

    /// The next thing that changed something for decisions; `None` if there was nothing for a few seconds.
    ///
    /// # Errors
    /// `forbidden` once the caller may no longer watch.
    pub async fn next(&mut self) -> Result<Option<Noted>> {
        let until = Instant::now() + PATIENCE;
        loop {
            while let Some(row) = self.waiting.pop_front() {
                self.told.insert(row.stream, row.revision);
                if !row.changes.is_empty()
                    && let Some(token) = self.token()
                {
                    return Ok(Some(Noted::of(row, token)));
                }
            }
            self.moved.mark_unchanged();
            allowed(&self.ctx, &self.read.keys().copied().collect())?;
            if self.read_on().await? {
                continue;
            }
            match tokio::time::timeout_at(until, self.moved.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Ok(None),
            }
        }
    }

    /// Reads the next rows of each stream; false if there are none.
    async fn read_on(&mut self) -> Result<bool> {
        let world = self.ctx.world()?;
        for (stream, after) in &mut self.read {
            // What this process has not taken in yet is not told either: whoever is told of it can ask about it here.
            let upto = world.revision(*stream);
            if *after >= upto {
                continue;
            }
            let rows = ledger::rows(self.ctx.db().reader(), *stream, *after, BATCH).await?;
            if rows.first().is_some_and(|row| row.revision > *after + 1) {
                ledger::retention::still_follows(self.ctx.db().reader(), *stream, *after).await?;
            }
            let rows = rows.into_iter().filter(|row| row.revision <= upto);
            self.waiting.extend(rows.inspect(|row| *after = row.revision));
        }
        Ok(!self.waiting.is_empty())
    }
}

fn allowed(ctx: &Ctx, streams: &BTreeSet<Uuid>) -> Result<()> {
    for stream in streams {
        let tenant = Some(*stream).filter(|stream| *stream != PLATFORM_STREAM);
        ctx.require(&RULE, &Within::<Watch>::tenant(tenant))?;
    }
    Ok(())
}
