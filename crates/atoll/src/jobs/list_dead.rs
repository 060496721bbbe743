//! Listing jobs that were given up.

use std::process::ExitCode;

use atoll_base::PageRequest;
use atoll_base::jobs::{self, JobState};
use atoll_base::settings::Settings;

use crate::failure::Ended;
use crate::ground;
use crate::terminal::Terminal;

/// More than anybody reads.
const MOST: u64 = 1000;

/// Carries out `atoll jobs list-dead`.
pub(crate) async fn run(terminal: Terminal, settings: Settings) -> Ended {
    let ground = ground::open(settings).await?;
    let page = PageRequest { limit: MOST, offset: 0 };
    let dead = jobs::list(ground.db().reader(), Some(JobState::Dead), None, page).await?.items;
    ground.db().clone().close().await?;
    if dead.is_empty() {
        terminal.note("No job was given up.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = terminal.table(&["Job", "Kind", "Tries", "Given up", "Last error"]);
    for job in dead {
        table.add_row([
            job.id.to_string().into(),
            terminal.strong_cell(&job.kind),
            job.attempts.into(),
            job.ended_at.map(|at| at.rfc3339()).unwrap_or_default().into(),
            job.last_error.unwrap_or_default().into(),
        ]);
    }
    terminal.say(table.trim_fmt());
    terminal.note("\nLet one try again with: atoll jobs redrive JOB");
    Ok(ExitCode::SUCCESS)
}
