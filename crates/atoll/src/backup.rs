//! Writing a backup, while Atoll runs.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use atoll_base::backup::{Header, Written, dump};
use atoll_base::db::{Db, Schema};
use atoll_base::settings::Settings;
use atoll_base::time::{Clock, SystemClock};
use atoll_server::HouseSchema;
use atoll_server::house::tables;
use indicatif::ProgressBar;
use tempfile::NamedTempFile;

use crate::cli::Backup;
use crate::failure::{Ended, Failure};
use crate::store;
use crate::terminal::Terminal;

/// Carries out `atoll backup`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Backup) -> Ended {
    let to_stdout = args.file.as_os_str() == "-";
    if to_stdout && io::stdout().is_terminal() {
        return Err(Failure::usage("a backup is not for reading: write it to a file or into a pipe"));
    }
    if !to_stdout && !args.force && args.file.exists() {
        return Err(taken(&args.file));
    }
    let db = store::open(&settings).await?;
    let bar = terminal.progress("backing up", Some(count(&db).await?));
    let written = if to_stdout {
        write(&db, &bar, BufWriter::new(io::stdout())).await?
    } else {
        // Ctrl-C ends the wait, so that the unfinished file is removed on the way out.
        tokio::select! {
            written = write_file(&db, &bar, args) => written?,
            _ = tokio::signal::ctrl_c() => return Err(Failure::interrupted()),
        }
    };
    bar.finish_and_clear();
    db.close().await?;
    let rows = written.rows();
    let place = if to_stdout { "stdout".to_owned() } else { args.file.display().to_string() };
    terminal.note(format!("{rows} rows of {} tables written to {place}", written.tables.len()));
    terminal.note("The deployment key is not in it: keep a copy of that apart.");
    Ok(ExitCode::SUCCESS)
}

/// Writes beside the file first: whoever sees the file sees all of it.
async fn write_file(db: &Db, bar: &ProgressBar, args: &Backup) -> Result<Written, Failure> {
    let path = &args.file;
    let unwritable = |why: &io::Error| {
        Failure::new(format!("cannot write {}: {why}", path.display()))
            .advice("Choose another place for the backup.")
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Readable by its owner only, from the first byte on.
    let draft = tempfile::Builder::new().prefix(".atoll-backup-").tempfile_in(folder);
    let mut draft = draft.map_err(|why| unwritable(&why))?;
    let written = write(db, bar, BufWriter::new(draft.as_file_mut())).await?;
    draft.as_file().sync_all().map_err(|why| unwritable(&why))?;
    keep(draft, path, args.force).map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => unwritable(&why),
    })?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|why| unwritable(&why))?;
    Ok(written)
}

fn keep(draft: NamedTempFile, path: &Path, force: bool) -> io::Result<()> {
    let kept = if force { draft.persist(path) } else { draft.persist_noclobber(path) };
    kept.map(drop).map_err(|refused| refused.error)
}

fn taken(path: &Path) -> Failure {
    Failure::new(format!("{} is there already", path.display()))
        .advice("Choose another name, or replace it with --force.")
}

async fn write(db: &Db, bar: &ProgressBar, out: impl Write + Send) -> Result<Written, Failure> {
    let header = Header {
        atoll_backup: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: SystemClock.now().rfc3339(),
        engine: db.engine().name().to_owned(),
        migrations: HouseSchema::migrations().len(),
    };
    Ok(dump(db, &tables(), &header, out, |rows| bar.set_position(rows)).await?)
}

/// How many rows there are, for the progress bar.
async fn count(db: &Db) -> Result<u64, Failure> {
    let tx = db.frozen().await?;
    let mut rows = 0;
    for table in tables() {
        rows += table.count(&tx).await?;
    }
    Ok(rows)
}
