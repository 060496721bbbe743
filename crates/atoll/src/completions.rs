//! Printing a completion script.

use std::process::ExitCode;

use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::failure::Ended;
use crate::terminal::Terminal;

/// Carries out `atoll completions`.
pub(crate) fn run(terminal: Terminal, args: &Completions) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "atoll", &mut script);
    terminal.say(String::from_utf8_lossy(&script).trim_end());
    Ok(ExitCode::SUCCESS)
}
