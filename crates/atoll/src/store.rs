//! Opening the store that is there already, beside a running Atoll or without one.

use atoll_base::db::{Db, Location};
use atoll_base::settings::Settings;
use atoll_server::house::open_store;

use crate::failure::Failure;
use crate::schema::Shape;

/// Whether there is a store; a server's database always counts as one. Opening a file that is not there would make it.
pub(crate) fn exists(settings: &Settings) -> bool {
    match settings.database() {
        Location::File(path) => path.exists(),
        Location::Postgres(_) => true,
    }
}

/// Opens the store, whatever its shape. Makes nothing.
pub(crate) async fn open_any(settings: &Settings) -> Result<Db, Failure> {
    if !exists(settings) {
        return Err(Failure::new(format!("there is no store yet ({})", settings.database()))
            .advice("Start Atoll once to make it, or name the folder of another one with --data DIR."));
    }
    Ok(open_store(settings).await?)
}

/// Opens a store that this version can use as it is.
pub(crate) async fn open(settings: &Settings) -> Result<Db, Failure> {
    let db = open_any(settings).await?;
    Shape::of(&db).await?.require_current(&db)?;
    Ok(db)
}
