//! Opening a store.

use std::fmt;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::{SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::ConnectOptions;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::{Db, Engine};
use crate::error::{Common, Fault, Kind, Result};

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL connection string (may hold a password).
    Postgres(String),
}

impl Location {
    /// Reads a `DATABASE_URL`: `postgres://…`, `postgresql://…`, or `sqlite:path`.
    pub fn from_url(url: &str) -> Result<Location, UnreachableStore> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            PgConnectOptions::from_str(url).map_err(|_| UnreachableStore::BadUrl)?;
            Ok(Location::Postgres(url.to_owned()))
        } else if let Some(path) = url.strip_prefix("sqlite:") {
            Ok(Location::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
        } else {
            Err(UnreachableStore::BadUrl)
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => write!(f, "SQLite {}", path.display()),
            Location::Postgres(url) => match PgConnectOptions::from_str(url) {
                Ok(to) => write!(
                    f,
                    "PostgreSQL {}:{}/{}",
                    to.get_socket()
                        .map_or_else(|| to.get_host().to_owned(), |path| path.display().to_string()),
                    to.get_port(),
                    to.get_database().unwrap_or("postgres")
                ),
                Err(_) => f.write_str("PostgreSQL"),
            },
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum UnreachableStore {
    /// The address is not one we understand.
    #[error("the database address is not valid; use postgres://user:password@host:port/name or sqlite:path")]
    BadUrl,
    /// The folder or file cannot be made.
    #[error("cannot use {path}: {source}", path = path.display())]
    Folder {
        /// The path in question.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The server does not answer, or refuses us.
    #[error("cannot open {location}: {source}")]
    Connect {
        /// Where we tried.
        location: Location,
        /// What it answered.
        source: sqlx::Error,
    },
}

impl Fault for UnreachableStore {
    fn kind(&self) -> Kind {
        match self {
            UnreachableStore::BadUrl => Kind::Invalid,
            _ => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        "store.unreachable"
    }
}

/// Sizes and times of the connection pools.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// Most connections at once.
    pub max: u32,
    /// Connections kept open when idle.
    pub min: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
    /// How long to wait for the server at start.
    pub connect_timeout: Duration,
    /// Idle connections are closed after this.
    pub idle_timeout: Duration,
    /// Connections are replaced after this.
    pub max_lifetime: Duration,
    /// SQLite only: whether every commit waits for the disk. Only tests that can afford to lose their store say no.
    pub durable: bool,
}

impl Default for PoolSettings {
    fn default() -> Self {
        PoolSettings {
            max: 20,
            min: 0,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(600),
            max_lifetime: Duration::from_secs(1800),
            durable: true,
        }
    }
}

pub(super) async fn open(location: &Location, pool: &PoolSettings) -> Result<Db> {
    match location {
        Location::File(path) => open_file(path, pool, location).await,
        Location::Postgres(url) => open_server(url, pool, location).await,
    }
}

/// Rows that SQLite's thread may have read before they are taken: with few, both threads wait for each other all the time.
const ROWS_READY: usize = 8192;

async fn open_file(path: &Path, pool: &PoolSettings, location: &Location) -> Result<Db> {
    make_private_file(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(if pool.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .row_buffer_size(ROWS_READY)
        .pragma("temp_store", "memory")
        .pragma("trusted_schema", "off")
        .disable_statement_logging();
    let failed = |source| UnreachableStore::Connect { location: location.clone(), source };
    let writer = PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(pool.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.clone())
        .await
        .map_err(failed)?;
    let reader = PoolOptions::new()
        .max_connections(pool.max.clamp(1, 8))
        .acquire_timeout(pool.acquire_timeout)
        .idle_timeout(Some(pool.idle_timeout))
        .connect_lazy_with(options.read_only(true));
    Ok(Db {
        engine: Engine::Sqlite,
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
        location: location.clone(),
    })
}

async fn open_server(url: &str, pool: &PoolSettings, location: &Location) -> Result<Db> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| UnreachableStore::BadUrl)?
        .application_name("atoll")
        .disable_statement_logging();
    let pool_options = PoolOptions::new()
        .max_connections(pool.max)
        .min_connections(pool.min)
        .acquire_timeout(pool.acquire_timeout.min(pool.connect_timeout))
        .idle_timeout(Some(pool.idle_timeout))
        .max_lifetime(Some(pool.max_lifetime));
    let failed = |source| UnreachableStore::Connect { location: location.clone(), source };
    let connected = pool_options.connect_with(options).await.map_err(failed)?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(connected);
    Ok(Db {
        engine: Engine::Postgres,
        writer: connection.clone(),
        reader: connection,
        location: location.clone(),
    })
}

/// Makes the file readable by its owner only, before SQLite would make it with the process's default mode.
fn make_private_file(path: &Path) -> Result<()> {
    let wrap = |source| UnreachableStore::Folder { path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(wrap)?;
    }
    let file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(wrap)?;
    if file.metadata().map_err(wrap)?.is_dir() {
        return Err(Common::Invalid(format!("{} is a folder, not a database file", path.display())).into());
    }
    Ok(())
}
