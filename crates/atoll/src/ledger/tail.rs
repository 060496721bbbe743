//! Reading the newest rows.

use std::process::ExitCode;

use atoll_base::ledger::{self, Head, PLATFORM_STREAM, Row};
use atoll_base::settings::Settings;
use comfy_table::Color;

use crate::cli::Tail;
use crate::failure::{Ended, Failure};
use crate::store;
use crate::terminal::Terminal;

/// Carries out `atoll ledger tail`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Tail) -> Ended {
    let db = store::open(&settings).await?;
    let mut heads = ledger::heads(db.reader()).await?;
    if let Some(tenant) = args.tenant {
        heads.retain(|head| head.stream == tenant);
        if heads.is_empty() {
            return Err(Failure::new(format!("nothing happened in a tenant {tenant}"))
                .advice("Leave --tenant out to see what happened anywhere."));
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    for Head { stream, revision } in heads {
        let before = (revision - i64::from(args.lines)).max(0);
        rows.extend(ledger::rows(db.reader(), stream, before, u64::from(args.lines)).await?);
    }
    db.close().await?;
    rows.sort_by_key(|row| (row.at, row.stream, row.revision));
    let newest = rows.split_off(rows.len().saturating_sub(args.lines as usize));
    show(terminal, &newest);
    Ok(ExitCode::SUCCESS)
}

fn show(terminal: Terminal, rows: &[Row]) {
    let mut table = terminal.table(&["When", "Where", "Event", "Outcome", "Who", "About", "Why"]);
    for row in rows {
        let place = match row.stream {
            PLATFORM_STREAM => "platform".to_owned(),
            tenant => tenant.to_string(),
        };
        let colour = if row.outcome == "allow" { Color::Green } else { Color::Yellow };
        let about = row.target.as_ref().map(|(kind, id)| format!("{kind} {id}")).unwrap_or_default();
        table.add_row([
            row.at.rfc3339().into(),
            format!("{place} {}", row.revision).into(),
            terminal.strong_cell(&row.event),
            terminal.cell(&row.outcome, colour),
            row.actor.map(|actor| actor.to_string()).unwrap_or_default().into(),
            about.into(),
            row.reason.clone().unwrap_or_default().into(),
        ]);
    }
    terminal.say(table.trim_fmt());
}
