//! The program `atoll`: its command line, and the commands behind it.

mod apply;
mod backup;
mod check;
mod cli;
mod colour;
mod completions;
mod concerns;
mod doctor;
mod export;
mod failure;
mod find_entity;
mod generate;
mod given;
mod ground;
mod import;
mod jobs;
mod key;
mod keys;
mod ledger;
mod migrate;
mod object;
mod reset_password;
mod restore;
mod schema;
mod serve;
mod settings;
mod store;
mod subject;
mod terminal;

use std::process::ExitCode;

use crate::cli::{Admin, Cli, Command, Global, Jobs, Keys, Ledger, Serve};
use crate::failure::{Ended, Failure};
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let Cli { global, command } = Cli::read(&words).unwrap_or_else(|error| error.exit());
    let terminal = Terminal::new(global.color, global.quiet);
    start(terminal, &global, command).unwrap_or_else(|failure| {
        terminal.error(&failure);
        failure.exit_code()
    })
}

fn start(terminal: Terminal, global: &Global, command: Option<Command>) -> Ended {
    let runtime = tokio::runtime::Runtime::new();
    let runtime = runtime.map_err(|why| Failure::new(format!("cannot start threads: {why}")))?;
    runtime.block_on(run(terminal, global, command.unwrap_or(Command::Serve(Serve::default()))))
}

async fn run(terminal: Terminal, global: &Global, command: Command) -> Ended {
    let load = || settings::load(global);
    let settings = || load().map(|loaded| loaded.settings);
    match command {
        Command::Serve(args) => serve::run(terminal, load()?, &args).await,
        Command::Doctor(args) => doctor::run(terminal, load()?, &args).await,
        Command::Migrate(args) => migrate::run(terminal, settings()?, &args).await,
        Command::Admin(Admin::ResetPassword(args)) => reset_password::run(terminal, settings()?, &args).await,
        Command::Backup(args) => backup::run(terminal, settings()?, &args).await,
        Command::Restore(args) => {
            let settings = settings::load(&restore::into(global, &args)?)?.settings;
            restore::run(terminal, settings, &args).await
        }
        Command::Import(from) => import::run(terminal, settings()?, &from).await,
        Command::Export(args) => export::run(terminal, settings()?, &args).await,
        Command::Apply(args) => apply::run(terminal, settings()?, &args).await,
        Command::Check(args) => check::run(terminal, settings()?, &args).await,
        Command::Ledger(Ledger::Verify) => ledger::verify::run(terminal, settings()?).await,
        Command::Ledger(Ledger::Tail(args)) => ledger::tail::run(terminal, settings()?, &args).await,
        Command::Jobs(Jobs::ListDead) => jobs::list_dead::run(terminal, settings()?).await,
        Command::Jobs(Jobs::Redrive(args)) => jobs::redrive::run(terminal, settings()?, &args).await,
        Command::Keys(Keys::List) => keys::list::run(terminal, settings()?).await,
        Command::Keys(Keys::Rotate) => keys::rotate::run(terminal, settings()?).await,
        Command::Completions(args) => completions::run(terminal, &args),
        Command::Generate => generate::run(terminal),
    }
}
