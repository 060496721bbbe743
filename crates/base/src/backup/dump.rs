//! Writing a backup.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Adding, Header, Line, Sum, Table, Trailer};
use crate::db::Db;
use crate::error::{Common, Result};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// For each table, what it amounts to.
    pub tables: BTreeMap<String, Sum>,
}

impl Written {
    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|sum| sum.rows).sum()
    }
}

/// Writes one state of all tables to `out`, while others go on writing to the store. `progress` hears the rows so far.
pub async fn dump(
    db: &Db,
    tables: &[Box<dyn Table>],
    header: &Header,
    out: impl Write + Send,
    mut progress: impl FnMut(u64) + Send,
) -> Result<Written> {
    let tx = db.frozen().await?;
    let mut file = GzEncoder::new(out, Compression::default());
    line(&mut file, header)?;
    let mut end = BTreeMap::new();
    let mut all = 0;
    for table in tables {
        let mut adding = Adding::default();
        table
            .read(&tx, &mut |row| {
                adding.add(&row);
                all += 1;
                if all % 1000 == 0 {
                    progress(all);
                }
                line(&mut file, &Line { table: table.name().to_owned(), row })
            })
            .await?;
        end.insert(table.name().to_owned(), adding.sum());
    }
    tx.rollback().await?;
    line(&mut file, &Trailer { end: end.clone() })?;
    let mut out = file.finish().map_err(unwritable)?;
    out.flush().map_err(unwritable)?;
    progress(all);
    Ok(Written { tables: end })
}

fn line(file: &mut impl Write, content: &impl serde::Serialize) -> Result<()> {
    serde_json::to_writer(&mut *file, content).map_err(|why| unwritable(why.into()))?;
    file.write_all(b"\n").map_err(unwritable)
}

fn unwritable(why: std::io::Error) -> crate::Error {
    Common::Invalid(format!("the backup cannot be written: {why}")).into()
}
