//! Proving that nobody edited the past.

use std::collections::HashMap;
use std::fmt;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{append, store};
use crate::error::Result;

/// What a proof found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Streams read.
    pub streams: u64,
    /// Rows read.
    pub rows: u64,
    /// The first broken row of each broken stream.
    pub breaks: Vec<Break>,
}

/// The first row of a stream at which the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Tenant, or nil for the platform.
    pub stream: Uuid,
    /// The revision at which it breaks.
    pub revision: i64,
    /// What is wrong there.
    pub why: &'static str,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {} breaks at revision {}: {}", self.stream, self.revision, self.why)
    }
}

const BATCH: u64 = 500;

/// Reads every row of every stream, from its checkpoint where it has one, and recomputes the chain. `progress` hears the
/// number of rows after each batch.
pub async fn verify(conn: &impl ConnectionTrait, mut progress: impl FnMut(u64)) -> Result<Verified> {
    let mut found = Verified::default();
    let begins = store::checkpoints(conn).await?.into_iter().map(|row| (row.stream, row));
    let begins: HashMap<Uuid, store::checkpoint::Model> = begins.collect();
    for head in store::heads_since(conn, i64::MIN).await? {
        found.streams += 1;
        let begins = begins.get(&head.stream);
        found.breaks.extend(verify_stream(conn, &head, begins, &mut found.rows, &mut progress).await?);
    }
    Ok(found)
}

async fn verify_stream(
    conn: &impl ConnectionTrait,
    head: &store::head::Model,
    begins: Option<&store::checkpoint::Model>,
    rows: &mut u64,
    progress: &mut impl FnMut(u64),
) -> Result<Option<Break>> {
    let at = |revision, why| Ok(Some(Break { stream: head.stream, revision, why }));
    // Where the first rows were removed, the chain goes on from the last of them.
    let removed = begins.map_or(0, |begins| begins.revision);
    let mut revision = removed;
    let mut previous = begins.map_or_else(|| vec![0; 32], |begins| begins.hash.clone());
    let mut read = 0;
    loop {
        let batch = store::rows_after(conn, head.stream, read, BATCH).await?;
        if batch.is_empty() {
            break;
        }
        for row in batch {
            if row.revision <= removed {
                return at(row.revision, "it lies before the checkpoint");
            }
            if row.revision != revision + 1 {
                return at(revision + 1, "a row is missing");
            }
            if row.previous_hash != previous {
                return at(row.revision, "it does not follow the row before it");
            }
            if append::hash(&row)? != row.hash {
                return at(row.revision, "its content was changed");
            }
            revision = row.revision;
            read = revision;
            previous = row.hash;
            *rows += 1;
        }
        progress(*rows);
    }
    if head.revision > revision {
        return at(revision + 1, "rows at the end are missing");
    }
    if head.revision < revision {
        return at(head.revision + 1, "there are rows past the head");
    }
    if head.hash != previous {
        return at(revision, "the head does not match the last row");
    }
    Ok(None)
}
