//! The store: one set of queries over SQLite (embedded) and PostgreSQL (shared by replicas).
//!
//! SQLite has one writing connection and several reading ones (WAL, `synchronous=FULL`); PostgreSQL has one pool.
//! What differs between the engines stays in this folder.

mod contains_json;
mod engine;
mod failure;
mod migrate;
mod open;
mod packed;
mod prune;
mod rows;

use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::error::Result;

pub use contains_json::contains_json;
pub use engine::{Engine, contains_text, in_ids, one_of, unindexed};
pub(crate) use engine::{ledger_mark, ledger_tick};
pub(crate) use migrate::lock_first_start;
pub use migrate::{Schema, applied_migrations, migrate};
pub use open::{Location, PoolSettings};
pub use packed::{Packed, Values, each_packed};
pub use prune::prune;
pub use rows::each_row;

/// An open store.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    location: Location,
}

impl Db {
    /// Opens the store, creating the SQLite file (mode 0600) when it is not there. Does not migrate.
    pub async fn open(location: &Location, pool: &PoolSettings) -> Result<Db> {
        open::open(location, pool).await
    }

    /// Which engine answers.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Where the store is; shows no password.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// For queries that change nothing.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The connections that write; for pool figures.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Open connections, and how many of them are idle.
    pub fn connections(&self) -> (u32, usize) {
        let of = |connection: &DatabaseConnection| {
            let (size, idle) = match self.engine {
                Engine::Sqlite => {
                    let pool = connection.get_sqlite_connection_pool();
                    (pool.size(), pool.num_idle())
                }
                Engine::Postgres => {
                    let pool = connection.get_postgres_connection_pool();
                    (pool.size(), pool.num_idle())
                }
            };
            // The driver counts those that come a moment after they can be taken, so that its count may be below none, which
            // is a very large number.
            (size, if idle > size as usize { 0 } else { idle })
        };
        let (size, idle) = of(&self.writer);
        match self.engine {
            Engine::Sqlite => {
                let (readers, idle_readers) = of(&self.reader);
                (size + readers, idle + idle_readers)
            }
            Engine::Postgres => (size, idle),
        }
    }

    /// Begins a writing transaction. On SQLite it holds the one write lock from here on, so that reads inside it
    /// cannot be overtaken.
    pub async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Begins a reading transaction that sees one state of the store throughout.
    pub async fn frozen(&self) -> Result<DatabaseTransaction> {
        let options = match self.engine {
            Engine::Sqlite => TransactionOptions::default(),
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        Ok(self.reader.begin_with_options(options).await?)
    }

    /// Closes all connections; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(self) -> Result<()> {
        self.reader.close().await?;
        self.writer.close().await?;
        Ok(())
    }
}
