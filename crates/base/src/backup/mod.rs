//! Backups: one file that either engine can write while running and either can restore.
//!
//! Form: gzip of JSON lines. First a header, then `{"table":…,"row":{…}}` for every row as one state of the store had it,
//! then a trailer with counts and digests. The deployment key is not in it: keep that apart.

mod dump;
mod restore;
mod table;

pub use dump::{Written, dump};
pub use restore::{BadBackup, Restored, restore};
pub(crate) use table::normalised;
pub use table::{Table, of};

use serde::{Deserialize, Serialize};

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the form; 1.
    pub atoll_backup: u32,
    /// Version of the Atoll that wrote it.
    pub version: String,
    /// When, RFC 3339.
    pub made_at: String,
    /// The engine it was read from.
    pub engine: String,
    /// How many migrations that store had.
    pub migrations: usize,
}

/// What a table amounts to: compared after a restore.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Rows.
    pub rows: u64,
    /// SHA-256 of every row's JSON, combined by XOR so that order does not matter; hex.
    pub digest: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    table: String,
    row: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
struct Trailer {
    end: std::collections::BTreeMap<String, Sum>,
}

/// Adds up rows.
#[derive(Default)]
struct Adding {
    rows: u64,
    digest: [u8; 32],
}

impl Adding {
    fn add(&mut self, row: &serde_json::Value) {
        use aws_lc_rs::digest;
        self.rows += 1;
        let hash = digest::digest(&digest::SHA256, row.to_string().as_bytes());
        for (sum, byte) in self.digest.iter_mut().zip(hash.as_ref()) {
            *sum ^= byte;
        }
    }

    fn sum(&self) -> Sum {
        Sum { rows: self.rows, digest: crate::hex(&self.digest) }
    }
}
