//! Proving that nobody edited the past.

use std::process::ExitCode;

use atoll_base::ledger::{self, PLATFORM_STREAM, Verified};
use atoll_base::settings::Settings;

use crate::failure::{Ended, FAILED};
use crate::store;
use crate::terminal::Terminal;

/// Carries out `atoll ledger verify`.
pub(crate) async fn run(terminal: Terminal, settings: Settings) -> Ended {
    let db = store::open(&settings).await?;
    let heads = ledger::heads(db.reader()).await?;
    let rows = heads.iter().map(|head| u64::try_from(head.revision).unwrap_or(0)).sum();
    let bar = terminal.progress("verifying", Some(rows));
    let verified = ledger::verify(db.reader(), |rows| bar.set_position(rows)).await?;
    bar.finish_and_clear();
    db.close().await?;
    Ok(if report(terminal, &verified) { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
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
