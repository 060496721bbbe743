//! Printing what the doctor found.

use atoll_base::settings::{SettingOrigin, Source};
use comfy_table::Color;

use super::finding::{Finding, State};
use crate::terminal::Terminal;

/// What is wired.
pub(super) fn findings(terminal: Terminal, findings: &[Finding]) {
    terminal.say(terminal.paint().strong(&format!("Atoll {}", env!("CARGO_PKG_VERSION"))));
    let mut table = terminal.table(&["Part", "State", ""]);
    for Finding { part, state, text } in findings {
        let colour = match state {
            State::Good => Color::Green,
            State::Off => Color::DarkGrey,
            State::Odd => Color::Yellow,
            State::Broken => Color::Red,
        };
        table.add_row([(*part).into(), terminal.cell(state.word(), colour), text.as_str().into()]);
    }
    terminal.say(table.trim_fmt());
}

/// Settings that are not at their default, or all of them.
pub(super) fn settings(terminal: Terminal, origins: &[SettingOrigin], all: bool) {
    let shown: Vec<_> = origins.iter().filter(|origin| all || origin.source != Source::Default).collect();
    if shown.is_empty() {
        terminal.say("\nEvery setting is at its default; --all shows them.");
        return;
    }
    terminal.say("");
    let mut table = terminal.table(&["Setting", "Value", "From"]);
    for origin in shown {
        let from = match &origin.name {
            Some(name) if name != origin.info.key => format!("{} ({name})", origin.source),
            _ => origin.source.to_string(),
        };
        table.add_row([terminal.strong_cell(origin.info.key), origin.value.as_str().into(), from.into()]);
    }
    terminal.say(table.trim_fmt());
}
