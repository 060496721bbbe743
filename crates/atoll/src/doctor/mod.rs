//! Showing what is wired, which settings are in force, and what looks wrong. Changes nothing.

mod files;
mod finding;
mod listener;
mod ports;
mod show;
mod signing_keys;
mod store;

use std::process::ExitCode;

use atoll_base::settings::{Loaded, Severity};

use crate::cli::Doctor;
use crate::concerns;
use crate::doctor::finding::State;
use crate::failure::{Ended, FAILED};
use crate::terminal::Terminal;

/// Carries out `atoll doctor`.
pub(crate) async fn run(terminal: Terminal, loaded: Loaded, args: &Doctor) -> Ended {
    let Loaded { settings, origins } = loaded;
    let mut findings = store::look(&settings).await;
    findings.extend(files::look(&settings));
    findings.extend(ports::look(&settings));
    show::findings(terminal, &findings);
    show::settings(terminal, &origins, args.all);
    concerns::show(terminal, &settings, Severity::Note);
    let broken = findings.iter().any(|finding| finding.state == State::Broken);
    Ok(if broken { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}
