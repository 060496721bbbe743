//! Stores and grounds for tests, on both engines.

use std::str::FromStr;
use std::sync::Arc;

use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;

use crate::chance::{self, SystemChance};
use crate::db::{self, Db, Location, PoolSettings, Schema};
use crate::decisions::{Attempts, AttemptsInbox, Decisions, Questions, Sources};
use crate::error::{Common, Result};
use crate::ground::{Ground, GroundParts};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::time::{Clock, SystemClock};
use crate::vault::{DeploymentKey, NamedKeys, Vault};

/// Names the server on which tests may make databases, for example `postgres:///postgres?host=/tmp/socket`.
pub const POSTGRES: &str = "ATOLL_TEST_POSTGRES";

/// An empty store that lasts as long as the test.
pub struct TestStore {
    /// Where it is.
    pub location: Location,
    /// Folder for files of the test; removed at its end.
    pub folder: TempDir,
    server: Option<(String, String)>,
}

/// An empty store of each engine: SQLite always, PostgreSQL when `ATOLL_TEST_POSTGRES` names a server.
pub async fn stores() -> Result<Vec<TestStore>> {
    let mut stores = vec![sqlite()?];
    match std::env::var(POSTGRES) {
        Ok(server) if !server.is_empty() => stores.push(postgres(server).await?),
        _ => eprintln!("{POSTGRES} is not set: PostgreSQL is left out"),
    }
    Ok(stores)
}

/// An empty SQLite store.
pub fn sqlite() -> Result<TestStore> {
    let folder = tempfile::tempdir().map_err(Common::bug)?;
    Ok(TestStore { location: Location::File(folder.path().join("atoll.db")), folder, server: None })
}

/// An empty database on a PostgreSQL server.
pub async fn postgres(server: String) -> Result<TestStore> {
    let id = chance::new_id(SystemClock.now(), &SystemChance).simple();
    let name = format!("atoll_test_{id}");
    administer(&server, &format!("CREATE DATABASE {name}")).await?;
    let folder = tempfile::tempdir().map_err(Common::bug)?;
    let location = Location::Postgres(database_of(&server, &name)?);
    Ok(TestStore { location, folder, server: Some((server, name)) })
}

fn database_of(server: &str, name: &str) -> Result<String> {
    use sqlx::ConnectOptions as _;
    let options = sqlx::postgres::PgConnectOptions::from_str(server).map_err(Common::bug)?;
    Ok(options.database(name).to_url_lossy().to_string())
}

async fn administer(server: &str, sql: &str) -> Result<()> {
    let pool = PoolSettings { max: 1, ..PoolSettings::default() };
    let db = Db::open(&Location::Postgres(server.to_owned()), &pool).await?;
    db.writer().execute_raw(Statement::from_string(db.writer().get_database_backend(), sql)).await?;
    db.close().await
}

impl TestStore {
    /// Opens it.
    pub async fn open(&self) -> Result<Db> {
        let pool = PoolSettings { max: 8, durable: false, ..PoolSettings::default() };
        Db::open(&self.location, &pool).await
    }

    /// Opens and migrates it, and puts a ground on it, with this clock.
    pub async fn ground<S: Schema>(
        &self,
        sources: Sources,
        clock: Arc<dyn Clock>,
    ) -> Result<(Arc<Ground>, AttemptsInbox)> {
        let db = self.open().await?;
        db::migrate::<S>(&db).await?;
        let settings = Settings::for_tests();
        let chance = Arc::new(SystemChance);
        let vault = Vault::new(DeploymentKey::given("test:v1", [7; 32]), chance.clone());
        let keys = NamedKeys::load(&db, &vault, clock.now(), &*chance).await?;
        let strict = settings.strict_conditions;
        let staleness = settings.decision_staleness_secs;
        let decisions = Decisions::load(db.clone(), sources, clock.clone(), strict, staleness).await?;
        let (attempts, inbox) = Attempts::new();
        let (questions, _) = Questions::new(&settings);
        let parts = GroundParts {
            db,
            clock,
            chance,
            vault,
            keys,
            decisions: Arc::new(decisions),
            attempts,
            questions,
            settings: Arc::new(settings),
            metrics: Arc::new(Metrics::default()),
            guards: Vec::new(),
        };
        Ok((Ground::new(parts), inbox))
    }

    /// Removes the database from its server. Not called when a test fails, so that it can be looked at.
    pub async fn remove(self) -> Result<()> {
        match &self.server {
            Some((server, name)) => administer(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await,
            None => Ok(()),
        }
    }
}
