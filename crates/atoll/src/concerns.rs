//! What looks wrong with the settings.

use atoll_base::settings::{Settings, Severity, concerns};
use comfy_table::Color;

use crate::terminal::Terminal;

/// Prints those that matter at least so much, the worst first, with an empty line before them.
pub(crate) fn show(terminal: Terminal, settings: &Settings, least: Severity) {
    let mut table = terminal.bare_table();
    for concern in concerns(settings).iter().filter(|concern| concern.severity >= least) {
        let word = concern.severity.to_string();
        let severity = match concern.severity {
            Severity::Danger => terminal.cell(&word, Color::Red),
            Severity::Warning => terminal.cell(&word, Color::Yellow),
            Severity::Note => terminal.cell(&word, Color::DarkGrey),
        };
        table.add_row([severity, concern.text.as_str().into()]);
    }
    if !table.is_empty() {
        terminal.say(format!("\n{}", table.trim_fmt()));
    }
}
