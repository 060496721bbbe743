//! Bringing a store to the shape this binary expects.

use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::{MigrationStatus, MigrationTrait, MigratorTrait};

use super::{Db, Engine};
use crate::error::{Common, Result};

/// All migrations of the house, in order: the ground's first, then each room's.
pub trait Schema: Send {
    /// The migrations.
    fn migrations() -> Vec<Box<dyn MigrationTrait>>;
}

struct Migrator<S>(std::marker::PhantomData<S>);

impl<S: Schema> MigratorTrait for Migrator<S> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        S::migrations()
    }

    fn migration_table_name() -> sea_orm::sea_query::DynIden {
        sea_orm::sea_query::IntoIden::into_iden("schema_migrations")
    }
}

/// An arbitrary constant that names our advisory lock on PostgreSQL ("ATOLL" in ASCII).
const MIGRATION_LOCK: i64 = 0x41_544f_4c4c;

/// Applies what is missing, in one transaction; replicas that start together take turns. Returns how many were applied.
///
/// A store made by a newer Atoll is refused: an older one could not keep its promises on it.
pub async fn migrate<S: Schema>(db: &Db) -> Result<usize> {
    let tx = db.begin().await?;
    lock_first_start(&tx).await?;
    let before = match Migrator::<S>::get_applied_migrations(&tx).await {
        Ok(applied) => applied.len(),
        Err(sea_orm::DbErr::Custom(text)) if text.contains("is missing") => {
            return Err(Common::Invalid(
                "this store was made by a newer Atoll; start that version, or restore a backup of this one"
                    .into(),
            )
            .into());
        }
        Err(other) => return Err(other.into()),
    };
    Migrator::<S>::up(&tx, None).await?;
    let after = Migrator::<S>::get_applied_migrations(&tx).await?.len();
    tx.commit().await?;
    Ok(after - before)
}

/// Replicas that migrate or seed take turns until the end of their transaction; on SQLite writers take turns anyway.
pub(crate) async fn lock_first_start(tx: &impl ConnectionTrait) -> Result<()> {
    if Engine::of(tx) == Engine::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        tx.execute_raw(Statement::from_string(tx.get_database_backend(), lock)).await?;
    }
    Ok(())
}

/// How many of the known migrations are applied, and how many are known.
pub async fn applied_migrations<S: Schema>(db: &Db) -> Result<(usize, usize)> {
    let all = Migrator::<S>::get_migration_with_status(db.writer()).await?;
    let applied = all.iter().filter(|one| one.status() == MigrationStatus::Applied).count();
    Ok((applied, all.len()))
}
