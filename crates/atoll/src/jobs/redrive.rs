//! Letting a job that was given up try again.

use std::process::ExitCode;

use atoll_base::ctx::Within;
use atoll_base::settings::Settings;
use atoll_base::{Ctx, Kind, Rule, jobs};

use crate::cli::Redrive;
use crate::failure::{Ended, Failure};
use crate::ground;
use crate::terminal::Terminal;

/// Carries out `atoll jobs redrive`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Redrive) -> Ended {
    let ground = ground::open(settings).await?;
    let ctx = Ctx::platform(ground.clone(), "command line");
    // Whoever can open the store at a terminal needs no permission; the ledger still says that it was done.
    let allowed = ctx.require(&Rule::any(&[]), &Within::<jobs::Job>::platform())?;
    let mut tx = ctx.begin().await?;
    jobs::redrive(&mut tx, &allowed, args.id).await.map_err(|error| match error.kind() {
        Kind::Missing => Failure::new(format!("no job {} was given up", args.id))
            .advice("`atoll jobs list-dead` shows those that were."),
        _ => error.into(),
    })?;
    tx.commit().await?;
    ground.db().clone().close().await?;
    terminal.say(format!("Job {} will be tried again.", args.id));
    Ok(ExitCode::SUCCESS)
}
