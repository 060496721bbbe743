//! Letting the oldest rows go, so that what is left can still be proved and read.
//!
//! A stream whose beginning was removed has a checkpoint: the revision, hash and time of the last row that went, under a seal
//! of the house. The chain goes on from there. What the removed rows had changed for decisions is folded into one row per
//! fact, so that the world can still be made again as it was at any later revision.

use std::collections::{BTreeMap, BTreeSet};

use atoll_policy::Change;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

use super::store::{self, checkpoint, fact};
use super::{Break, PLATFORM_STREAM, append};
use crate::ctx::Tx;
use crate::error::{Common, Fault, Kind, Result};
use crate::hex;
use crate::time::Moment;
use crate::vault::NamedKeys;

/// Where a stream begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// Tenant, or nil for the platform.
    pub stream: Uuid,
    /// The last revision that was removed.
    pub revision: i64,
    /// The hash of that row, in hexadecimal.
    pub hash: String,
    /// When that row was written.
    #[serde(skip)]
    pub at: Moment,
}

/// What one batch removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Rows.
    pub rows: u64,
    /// Where the streams that rows were removed from begin now.
    pub checkpoints: Vec<Checkpoint>,
}

/// A revision that was removed because it was older than the settings keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger no longer holds this revision: rows up to {kept_after} were removed by audit retention")]
pub struct NoLongerKept {
    /// The last revision that was removed.
    pub kept_after: i64,
}

impl Fault for NoLongerKept {
    fn kind(&self) -> Kind {
        Kind::Missing
    }

    fn code(&self) -> &'static str {
        "revision.removed"
    }

    fn details(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "keptAfter": self.kept_after }))
    }
}

/// Streams in one batch, so that the event which names them stays small.
const MOST_STREAMS: usize = 100;

/// Where each stream begins that does not begin with its first revision.
pub async fn checkpoints(conn: &impl ConnectionTrait) -> Result<BTreeMap<Uuid, Checkpoint>> {
    let rows = store::checkpoints(conn).await?;
    Ok(rows.into_iter().map(|row| (row.stream, Checkpoint::of(&row))).collect())
}

/// The last revision of a stream that was removed; 0 if none was.
pub async fn kept_after(conn: &impl ConnectionTrait, stream: Uuid) -> Result<i64> {
    Ok(store::checkpoint_of(conn, stream).await?.map_or(0, |row| row.revision))
}

/// Refuses to go on after a revision of a stream when rows that follow it were removed.
pub async fn still_follows(conn: &impl ConnectionTrait, stream: Uuid, revision: i64) -> Result<()> {
    let kept_after = kept_after(conn, stream).await?;
    if revision < kept_after { Err(NoLongerKept { kept_after }.into()) } else { Ok(()) }
}

impl Checkpoint {
    fn of(row: &checkpoint::Model) -> Checkpoint {
        Checkpoint { stream: row.stream, revision: row.revision, hash: hex(&row.hash), at: Moment(row.at) }
    }
}

/// The seal over where a stream begins.
fn seal(keys: &NamedKeys, row: &checkpoint::Model) -> Vec<u8> {
    let text = format!("{}/{}/{}/{}", row.stream, row.revision, row.at, hex(&row.hash));
    keys.checkpoint_seal(text.as_bytes()).to_vec()
}

/// Where rows were removed by somebody else than audit retention: the checkpoint does not bear the seal of this house.
pub async fn unsealed(conn: &impl ConnectionTrait, keys: &NamedKeys) -> Result<Vec<Break>> {
    const WHY: &str = "the beginning was removed without the seal of this house";
    let rows = store::checkpoints(conn).await?;
    let broken = rows.into_iter().filter(|row| !same(&seal(keys, row), &row.seal));
    Ok(broken.map(|row| Break { stream: row.stream, revision: row.revision, why: WHY }).collect())
}

fn same(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}

/// Removes at most `most` rows that are older than `before`, from the beginning of each stream on. The caller records that in
/// the same transaction; replicas take turns.
pub async fn remove(tx: &Tx, before: Moment, most: u64) -> Result<Removed> {
    // Whoever removes rows also appends one to the platform's stream: its head is what they take turns by.
    store::take_head(tx.conn(), PLATFORM_STREAM).await?;
    let old = store::streams_before(tx.conn(), before.0, most).await?;
    let streams: BTreeSet<Uuid> = old.into_iter().collect();
    let mut removed = Removed::default();
    for stream in streams.into_iter().take(MOST_STREAMS) {
        let left = most.saturating_sub(removed.rows);
        if left == 0 {
            break;
        }
        if let Some(checkpoint) = remove_of(tx, stream, before, left, &mut removed.rows).await? {
            removed.checkpoints.push(checkpoint);
        }
    }
    Ok(removed)
}

async fn remove_of(
    tx: &Tx,
    stream: Uuid,
    before: Moment,
    most: u64,
    count: &mut u64,
) -> Result<Option<Checkpoint>> {
    let begins = kept_after(tx.conn(), stream).await?;
    // The hash is over whole rows; an edited row must not leave as if it had been in order.
    let rows = store::rows_after(tx.conn(), stream, begins, most).await?;
    let mut last = None;
    let mut folded = BTreeMap::new();
    for row in rows.into_iter().take_while(|row| row.at < before.0) {
        if append::hash(&row)? != row.hash {
            tracing::error!(%stream, revision = row.revision, "an edited ledger row is kept: run `atoll ledger verify`");
            break;
        }
        fold(&mut folded, &row)?;
        *count += 1;
        last = Some(row);
    }
    let Some(last) = last else { return Ok(None) };
    store::keep_facts(tx.conn(), folded.into_values().collect()).await?;
    let mut row =
        checkpoint::Model { stream, revision: last.revision, hash: last.hash, at: last.at, seal: Vec::new() };
    row.seal = seal(tx.ctx().ground().keys(), &row);
    let checkpoint = Checkpoint::of(&row);
    store::move_checkpoint(tx.conn(), row).await?;
    store::remove_upto(tx.conn(), stream, last.revision).await?;
    Ok(Some(checkpoint))
}

fn fold(folded: &mut BTreeMap<String, fact::Model>, row: &store::entry::Model) -> Result<()> {
    let Some(changes) = &row.changes else { return Ok(()) };
    let changes: Vec<Change> = serde_json::from_str(changes).map_err(Common::bug)?;
    for change in changes {
        let (key, dropped) = match &change {
            Change::Put(fact) => (fact.key(), false),
            Change::Drop(key) => (key.clone(), true),
        };
        let key = serde_json::to_string(&key).map_err(Common::bug)?;
        let change = serde_json::to_string(&change).map_err(Common::bug)?;
        let kept = fact::Model {
            stream: row.stream,
            key: key.clone(),
            at: row.at,
            revision: row.revision,
            change,
            dropped,
        };
        folded.insert(key, kept);
    }
    Ok(())
}

/// Forgets what was folded and then dropped. To be called once no row is left to be removed: until then an older change of the
/// same fact can still come from another stream.
pub async fn tidy(tx: &Tx) -> Result<()> {
    store::tidy_facts(tx.conn()).await
}
