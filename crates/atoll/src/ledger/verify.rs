//! Proving that nobody edited the past.

use std::process::ExitCode;
use std::sync::Arc;

use atoll_base::chance::SystemChance;
use atoll_base::db::Db;
use atoll_base::ledger::{self, Break, PLATFORM_STREAM, Verified, retention};
use atoll_base::settings::Settings;
use atoll_base::time::{Clock, SystemClock};
use atoll_base::vault::{NamedKeys, Vault};

use crate::failure::{Ended, FAILED, Failure};
use crate::terminal::Terminal;
use crate::{key, store};

/// Carries out `atoll ledger verify`.
pub(crate) async fn run(terminal: Terminal, settings: Settings) -> Ended {
    let db = store::open(&settings).await?;
    // One state throughout: what is written meanwhile is neither missing nor too much.
    let state = db.frozen().await?;
    let heads = ledger::heads(&state).await?;
    let rows = heads.iter().map(|head| u64::try_from(head.revision).unwrap_or(0)).sum();
    let bar = terminal.progress("verifying", Some(rows));
    let mut verified = ledger::verify(&state, |rows| bar.set_position(rows)).await?;
    bar.finish_and_clear();
    drop(state);
    verified.breaks.extend(unsealed(&db, &settings).await?);
    db.close().await?;
    Ok(if report(terminal, &verified) { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Where rows were removed by somebody else than audit retention.
async fn unsealed(db: &Db, settings: &Settings) -> Result<Vec<Break>, Failure> {
    if retention::checkpoints(db.reader()).await?.is_empty() {
        return Ok(Vec::new());
    }
    let chance = Arc::new(SystemChance);
    let vault = Vault::new(key::require(settings)?, chance.clone());
    let keys = NamedKeys::load(db, &vault, SystemClock.now(), &*chance).await?;
    Ok(retention::unsealed(db.reader(), &keys).await?)
}

/// Says what a proof found, and whether it holds.
pub(crate) fn report(terminal: Terminal, verified: &Verified) -> bool {
    let Verified { streams, rows, breaks } = verified;
    let paint = terminal.paint();
    if breaks.is_empty() {
        let ok = paint.good("ok");
        terminal.say(format!("Ledger: {ok}, everything holds together (rows: {rows}, streams: {streams})."));
        return true;
    }
    terminal.say(format!(
        "Ledger: {} (rows read: {rows}, streams: {streams}, of which broken: {}).",
        paint.bad("broken"),
        breaks.len()
    ));
    for one in breaks {
        let stream = match one.stream {
            PLATFORM_STREAM => "the platform".to_owned(),
            tenant => format!("tenant {tenant}"),
        };
        terminal.say(format!("  {stream}, revision {}: {}", one.revision, one.why));
    }
    terminal
        .say("Rows before these are as they were written. Compare with a backup to see what was changed.");
    false
}
