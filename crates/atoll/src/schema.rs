//! Whether the store has the shape this version needs. Looking changes nothing.

use atoll_base::db::{Db, Schema};
use atoll_base::{Error, Result};
use atoll_server::HouseSchema;
use sea_orm_migration::sea_query::{DynIden, IntoIden};
use sea_orm_migration::{DbErr, MigrationStatus, MigrationTrait, MigratorTrait};

use crate::failure::Failure;

/// How a store's shape compares with what this version knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It has nothing in it.
    Empty,
    /// It is what this version needs: so many migrations.
    Current(usize),
    /// An older Atoll made it; these are to be applied, oldest first.
    Pending(Vec<String>),
    /// A newer Atoll made it.
    Newer,
}

struct Known;

impl MigratorTrait for Known {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        HouseSchema::migrations()
    }

    fn migration_table_name() -> DynIden {
        "schema_migrations".into_iden()
    }
}

impl Shape {
    /// Looks at a store.
    pub(crate) async fn of(db: &Db) -> Result<Shape> {
        let all = match Known::get_migration_with_status_read_only(db.reader()).await {
            Ok(all) => all,
            Err(DbErr::Custom(text)) if text.contains("is missing") => return Ok(Shape::Newer),
            Err(other) => return Err(Error::from(other)),
        };
        let pending = all.iter().filter(|one| one.status() == MigrationStatus::Pending);
        let pending: Vec<String> = pending.map(|one| one.name().to_owned()).collect();
        Ok(match pending.len() {
            0 => Shape::Current(all.len()),
            missing if missing == all.len() => Shape::Empty,
            _ => Shape::Pending(pending),
        })
    }

    /// An error that says what to do, unless the store can be used as it is.
    pub(crate) fn require_current(&self, db: &Db) -> Result<(), Failure> {
        let location = db.location();
        match self {
            Shape::Current(_) => Ok(()),
            Shape::Empty => Err(Failure::new(format!("there is nothing in the store yet ({location})"))
                .advice("Start Atoll once, or run `atoll migrate`.")),
            Shape::Pending(pending) => Err(Failure::new(format!(
                "the store ({location}) was made by an older Atoll and needs {} more migration(s)",
                pending.len()
            ))
            .advice("Run `atoll migrate`, or start Atoll: it does that by itself.")),
            Shape::Newer => Err(newer(db)),
        }
    }
}

/// What to say about a store of a newer Atoll.
pub(crate) fn newer(db: &Db) -> Failure {
    Failure::new(format!("the store ({}) was made by a newer Atoll", db.location()))
        .advice("Use that version, or restore a backup of this one into a new store.")
}
