//! Restoring a backup into an empty store, and reading it back.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read};

use flate2::read::GzDecoder;
use sea_orm::DatabaseTransaction;

use super::{Adding, Header, Line, Sum, Table, Trailer};
use crate::db::Db;
use crate::error::{Fault, Kind, Result};

/// What was restored, and found again by reading it back.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored {
    /// Where it came from.
    pub header: Header,
    /// For each table, what it amounts to.
    pub tables: BTreeMap<String, Sum>,
}

impl Restored {
    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|sum| sum.rows).sum()
    }
}

/// A backup cannot be restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BadBackup {
    /// It is not one of ours, or is cut off.
    #[error("this is not a whole Atoll backup: {0}")]
    NotWhole(String),
    /// It was written by a newer Atoll.
    #[error("this backup was made by a newer Atoll ({0}); restore it with that version")]
    Newer(String),
    /// The store has something in it.
    #[error("the store is not empty (table {0} has rows); restore into a new one")]
    NotEmpty(String),
    /// What was read back is not what the file says.
    #[error("after restoring, table {0} did not read back as the backup has it; nothing was kept")]
    Differs(String),
}

impl Fault for BadBackup {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "backup.bad"
    }
}

const ROWS_PER_INSERT: usize = 500;
/// Longest line taken; a ledger row with its states stays far below.
const LONGEST_LINE: u64 = 64 << 20;

/// Restores `file` into a migrated, empty store, in one transaction: all or nothing. Before it is kept, every table is read
/// back and compared with the file's own sums. `migrations` is how many this binary knows.
pub async fn restore(
    db: &Db,
    tables: &[Box<dyn Table>],
    migrations: usize,
    file: impl Read + Send,
    mut progress: impl FnMut(u64) + Send,
) -> Result<Restored> {
    let mut lines = Lines(BufReader::new(GzDecoder::new(file)));
    let header: Header = lines.next()?;
    if header.atoll_backup != 1 || header.migrations > migrations {
        return Err(BadBackup::Newer(header.version).into());
    }
    let by_name: HashMap<&str, &dyn Table> = tables.iter().map(|table| (table.name(), &**table)).collect();
    let tx = db.begin().await?;
    for table in tables {
        if table.count(&tx).await? > 0 {
            return Err(BadBackup::NotEmpty(table.name().to_owned()).into());
        }
    }
    let mut batch = Batch { table: None, rows: Vec::new() };
    let mut done = 0;
    let end = loop {
        match lines.next::<Either>()? {
            Either::End(trailer) => break trailer.end,
            Either::Row(line) => {
                let table = by_name
                    .get(line.table.as_str())
                    .ok_or_else(|| BadBackup::NotWhole(format!("table {} is not known", line.table)))?;
                batch.add(&tx, *table, line.row).await?;
                done += 1;
                if done % 1000 == 0 {
                    progress(done);
                }
            }
        }
    };
    lines.end()?;
    batch.flush(&tx).await?;
    read_back(&tx, tables, &end).await?;
    tx.commit().await?;
    progress(done);
    Ok(Restored { header, tables: end })
}

async fn read_back(
    tx: &DatabaseTransaction,
    tables: &[Box<dyn Table>],
    end: &BTreeMap<String, Sum>,
) -> Result<()> {
    for table in tables {
        let mut adding = Adding::default();
        table
            .read(tx, &mut |row| {
                adding.add(&row);
                Ok(())
            })
            .await?;
        let expected = end.get(table.name()).cloned().unwrap_or_else(|| Adding::default().sum());
        if adding.sum() != expected {
            return Err(BadBackup::Differs(table.name().to_owned()).into());
        }
    }
    Ok(())
}

struct Batch<'t> {
    table: Option<&'t dyn Table>,
    rows: Vec<serde_json::Value>,
}

impl<'t> Batch<'t> {
    async fn add(
        &mut self,
        tx: &DatabaseTransaction,
        table: &'t dyn Table,
        row: serde_json::Value,
    ) -> Result<()> {
        let other = self.table.is_some_and(|current| current.name() != table.name());
        if other || self.rows.len() >= ROWS_PER_INSERT {
            self.flush(tx).await?;
        }
        self.table = Some(table);
        self.rows.push(row);
        Ok(())
    }

    async fn flush(&mut self, tx: &DatabaseTransaction) -> Result<()> {
        match self.table {
            Some(table) if !self.rows.is_empty() => table.write(tx, std::mem::take(&mut self.rows)).await,
            _ => Ok(()),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Either {
    Row(Line),
    End(Trailer),
}

struct Lines<R>(BufReader<GzDecoder<R>>);

impl<R: Read> Lines<R> {
    /// Nothing may follow; reading to the end also checks the sum of the compressed file.
    fn end(&mut self) -> Result<()> {
        let after = std::io::copy(&mut self.0.by_ref().take(1), &mut std::io::sink());
        match after.map_err(|why| BadBackup::NotWhole(why.to_string()))? {
            0 => Ok(()),
            _ => Err(BadBackup::NotWhole("something follows its end".to_owned()).into()),
        }
    }

    fn next<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let mut text = String::new();
        let read = self.0.by_ref().take(LONGEST_LINE).read_line(&mut text);
        read.map_err(|why| BadBackup::NotWhole(why.to_string()))?;
        if text.is_empty() {
            return Err(BadBackup::NotWhole("it ends too early".to_owned()).into());
        }
        Ok(serde_json::from_str(&text).map_err(|why| BadBackup::NotWhole(why.to_string()))?)
    }
}
