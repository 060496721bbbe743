//! Where a command writes: results to stdout, everything else to stderr; and whom it asks.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::colour::{Paint, When};
use crate::failure::Failure;

/// The streams of this process and how to write to them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    out: Paint,
    err: Paint,
    quiet: bool,
}

impl Terminal {
    /// This process's streams.
    pub(crate) fn new(when: When, quiet: bool) -> Self {
        Terminal { out: Paint::of(when, &io::stdout()), err: Paint::of(when, &io::stderr()), quiet }
    }

    /// Colours for stdout.
    pub(crate) fn paint(self) -> Paint {
        self.out
    }

    /// Whether stderr is coloured.
    pub(crate) fn colours_log(self) -> bool {
        self.err.is_on()
    }

    /// Whether only results and errors are wanted.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Writes a line of the result. That nobody reads on (`| head`) is no failure.
    pub(crate) fn say(self, text: impl Display) {
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Writes a line about what is going on, unless asked to be quiet.
    pub(crate) fn note(self, text: impl Display) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Writes why a command could not go on.
    pub(crate) fn error(self, text: impl Display) {
        let _ = writeln!(io::stderr().lock(), "{} {text}", self.err.bad("error:"));
    }

    /// Asks whether something is to be done, unless somebody has said yes already.
    pub(crate) fn agreed(self, yes: bool) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(Failure::usage(
                "nobody is there to ask; say --yes to carry this out, or --dry-run to look only",
            ));
        }
        eprint!("Carry this out? [y/N] ");
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        match read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
            true => Ok(()),
            false => Err(Failure::new("nothing was done")),
        }
    }

    /// A table with headings, as wide as the terminal.
    pub(crate) fn table(self, headings: &[&str]) -> Table {
        let mut table = self.bare_table();
        table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(comfy_table::LineStyle::none()));
        table.set_header(headings.iter().map(|heading| self.strong_cell(heading)));
        table
    }

    /// A table without lines and headings.
    pub(crate) fn bare_table(self) -> Table {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        if self.out.is_on() {
            table.enforce_styling();
        }
        table
    }

    /// A cell that stands out.
    pub(crate) fn strong_cell(self, text: &str) -> Cell {
        let cell = Cell::new(text);
        if self.out.is_on() { cell.add_attribute(Attribute::Bold) } else { cell }
    }

    /// A cell in a colour.
    pub(crate) fn cell(self, text: &str, colour: Color) -> Cell {
        let cell = Cell::new(text);
        if self.out.is_on() { cell.fg(colour) } else { cell }
    }

    /// Shows how far something is, on a terminal only: out of `total`, or just counting.
    pub(crate) fn progress(self, what: &'static str, total: Option<u64>) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let target = ProgressDrawTarget::stderr();
        let (bar, form) = match total {
            Some(total) => (
                ProgressBar::with_draw_target(Some(total), target),
                "{msg} {wide_bar} {human_pos}/{human_len}",
            ),
            None => (ProgressBar::with_draw_target(None, target), "{spinner} {msg} {human_pos}"),
        };
        let style = ProgressStyle::with_template(form).expect("a test reads both forms");
        bar.set_style(style);
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_progress_can_be_read() {
        for form in ["{msg} {wide_bar} {human_pos}/{human_len}", "{spinner} {msg} {human_pos}"] {
            ProgressStyle::with_template(form).unwrap();
        }
    }

    #[test]
    fn tables_without_colour_hold_no_escapes() {
        let plain = Terminal { out: Paint::new(false), err: Paint::new(false), quiet: false };
        let mut table = plain.table(&["Part", "State"]);
        table.add_row([plain.strong_cell("store"), plain.cell("ok", Color::Green)]);
        assert!(!table.to_string().contains('\u{1b}'));
        let painted = Terminal { out: Paint::new(true), ..plain };
        let mut table = painted.table(&["Part", "State"]);
        table.add_row([painted.strong_cell("store"), painted.cell("ok", Color::Green)]);
        assert!(table.to_string().contains('\u{1b}'));
    }
}
