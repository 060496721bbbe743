//! Bringing the store to the shape this version needs.

use std::process::ExitCode;

use atoll_base::db;
use atoll_base::settings::Settings;
use atoll_server::house::open_store;
use atoll_server::{DataLock, HouseSchema};

use crate::cli::Migrate;
use crate::failure::{Ended, FAILED};
use crate::schema::{self, Shape};
use crate::store;
use crate::terminal::Terminal;

/// Carries out `atoll migrate`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Migrate) -> Ended {
    if args.check { report(terminal, &settings).await } else { migrate(terminal, &settings).await }
}

async fn report(terminal: Terminal, settings: &Settings) -> Ended {
    if !store::exists(settings) {
        terminal.say(format!("{}: there is no store yet", settings.database()));
        return Ok(ExitCode::from(FAILED));
    }
    let db = store::open_any(settings).await?;
    let shape = Shape::of(&db).await?;
    db.close().await?;
    let paint = terminal.paint();
    match shape {
        Shape::Current(applied) => {
            terminal.say(format!("{}: all {applied} migrations are applied", paint.good("up to date")));
            return Ok(ExitCode::SUCCESS);
        }
        Shape::Empty => terminal.say(format!("{}: the store is empty", paint.odd("pending"))),
        Shape::Pending(pending) => {
            terminal.say(format!("{}: {}", paint.odd("pending"), pending.join(", ")));
        }
        Shape::Newer => terminal.say(format!("{}: a newer Atoll made this store", paint.bad("newer"))),
    }
    Ok(ExitCode::from(FAILED))
}

async fn migrate(terminal: Terminal, settings: &Settings) -> Ended {
    // An Atoll that is running expects the shape it has started with.
    let _lock = DataLock::take(settings).map_err(crate::failure::from_fault)?;
    let db = open_store(settings).await?;
    if Shape::of(&db).await? == Shape::Newer {
        return Err(schema::newer(&db));
    }
    let applied = db::migrate::<HouseSchema>(&db).await?;
    match applied {
        0 => terminal.say(format!("{} is up to date", db.location())),
        _ => terminal.say(format!("{}: {applied} migration(s) applied", db.location())),
    }
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}
