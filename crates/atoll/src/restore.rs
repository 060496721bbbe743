//! Filling an empty store from a backup.

use std::fs::File;
use std::io::{self, Read};
use std::process::ExitCode;

use atoll_base::backup::{Restored, restore};
use atoll_base::db::{self, Db, Schema};
use atoll_base::ledger;
use atoll_base::settings::Settings;
use atoll_server::house::{open_store, tables};
use atoll_server::{DataLock, HouseSchema};

use crate::cli::{Global, Restore};
use crate::failure::{Ended, Failure, from_fault};
use crate::key::{self, Fit};
use crate::ledger::verify;
use crate::terminal::Terminal;

/// The options with `--into` in the place of `--data`.
pub(crate) fn into(global: &Global, args: &Restore) -> Result<Global, Failure> {
    match (&args.into, &global.data) {
        (Some(_), Some(_)) => Err(Failure::usage("--into and --data name the same folder: give one of them")),
        (into, data) => Ok(Global { data: into.clone().or_else(|| data.clone()), ..global.clone() }),
    }
}

/// Carries out `atoll restore`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Restore) -> Ended {
    let from_stdin = args.file.as_os_str() == "-";
    let (file, length): (Box<dyn Read + Send>, _) = if from_stdin {
        (Box::new(io::stdin()), None)
    } else {
        let opened = File::open(&args.file).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, file) =
            opened.map_err(|why| Failure::new(format!("cannot read {}: {why}", args.file.display())))?;
        (Box::new(file), Some(length))
    };
    let _lock = DataLock::take(&settings).map_err(from_fault)?;
    let db = open_store(&settings).await?;
    db::migrate::<HouseSchema>(&db).await?;
    let bar = terminal.progress("restoring", length);
    let restored =
        restore(&db, &tables(), HouseSchema::migrations().len(), bar.wrap_read(file), |_| {}).await?;
    bar.finish_and_clear();
    show(terminal, &restored);
    verify_ledger(terminal, &db).await?;
    try_key(terminal, &db, &settings).await?;
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}

fn show(terminal: Terminal, restored: &Restored) {
    let mut table = terminal.table(&["Table", "Rows"]);
    for (name, sum) in &restored.tables {
        table.add_row([name.clone(), sum.rows.to_string()]);
    }
    if let Some(rows) = table.column_mut(1) {
        rows.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    terminal.say(table.trim_fmt());
    let header = &restored.header;
    terminal.say(format!(
        "\n{} rows restored and read back. Backup of {}, made by Atoll {} from {}.",
        restored.rows(),
        header.made_at,
        header.version,
        header.engine
    ));
}

async fn verify_ledger(terminal: Terminal, db: &Db) -> Result<(), Failure> {
    let verified = ledger::verify(db.reader(), |_| {}).await?;
    if verify::report(terminal, &verified) {
        return Ok(());
    }
    Err(Failure::new("the restored ledger does not hold together")
        .advice("The store is what the backup says: the ledger was broken before the backup was made."))
}

/// The deployment key travels apart from the backup; without it the new place could not sign anybody in.
async fn try_key(terminal: Terminal, db: &Db, settings: &Settings) -> Result<(), Failure> {
    let paint = terminal.paint();
    let (verdict, text) = match key::try_on(db, settings).await? {
        Fit::Opens(origin) => (paint.good("ok"), format!("it opens what is sealed here ({origin})")),
        Fit::NothingSealed => (paint.good("ok"), "nothing is sealed in this store".to_owned()),
        Fit::Missing(path) => (
            paint.odd("missing"),
            format!(
                "put the key of the old place into {} (mode 600) before you start Atoll here",
                path.display()
            ),
        ),
        Fit::Wrong(why) => (
            paint.odd("wrong"),
            format!("{why}. Configure the key of the old place before you start Atoll here"),
        ),
    };
    terminal.say(format!("Deployment key: {verdict}, {text}. It is never in a backup."));
    Ok(())
}
