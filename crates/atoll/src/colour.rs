//! Whether to colour, and with what.

use std::ffi::OsString;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;
use clap::{ColorChoice, ValueEnum};

/// What `--color` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Not at all.
    Never,
}

/// What colouring depends on besides `--color`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// `NO_COLOR` (no-color.org).
    pub(crate) no_color: Option<OsString>,
    /// `CLICOLOR_FORCE` (bixense.com/clicolors).
    pub(crate) force: Option<OsString>,
    /// `TERM`.
    pub(crate) term: Option<OsString>,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn of_process() -> Self {
        let read = |name| std::env::var_os(name);
        Surroundings { no_color: read("NO_COLOR"), force: read("CLICOLOR_FORCE"), term: read("TERM") }
    }

    /// Whether a stream that is (not) a terminal gets colours.
    pub(crate) fn colours(&self, when: When, terminal: bool) -> bool {
        let set = |value: &Option<OsString>| value.as_ref().is_some_and(|value| !value.is_empty());
        match when {
            When::Always => true,
            When::Never => false,
            When::Auto if set(&self.no_color) => false,
            When::Auto if set(&self.force) && self.force.as_deref() != Some("0".as_ref()) => true,
            When::Auto => terminal && self.term.as_deref() != Some("dumb".as_ref()),
        }
    }
}

/// What `--color` asks for, for help and usage errors.
pub(crate) fn of_help(asked: &[String]) -> ColorChoice {
    match asked.last().map(String::as_str) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// Colours when `on`.
    pub(crate) const fn new(on: bool) -> Self {
        Paint { on }
    }

    /// For a stream of this process.
    pub(crate) fn of(when: When, stream: &impl IsTerminal) -> Self {
        Paint::new(Surroundings::of_process().colours(when, stream.is_terminal()))
    }

    /// Whether it colours.
    pub(crate) const fn is_on(self) -> bool {
        self.on
    }

    /// Something went well.
    pub(crate) fn good(self, text: &str) -> String {
        self.with(GOOD, text)
    }

    /// Something to look at.
    pub(crate) fn odd(self, text: &str) -> String {
        self.with(ODD, text)
    }

    /// Something is wrong.
    pub(crate) fn bad(self, text: &str) -> String {
        self.with(BAD, text)
    }

    /// What the eye should find first.
    pub(crate) fn strong(self, text: &str) -> String {
        self.with(STRONG, text)
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

const GOOD: Style = AnsiColor::Green.on_default().bold();
const ODD: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const STRONG: Style = Style::new().bold();

/// The colours of help and usage errors.
pub(crate) const HELP: Styles = Styles::styled()
    .header(STRONG)
    .usage(STRONG)
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(BAD)
    .valid(GOOD)
    .invalid(ODD);

#[cfg(test)]
mod tests {
    use super::*;

    fn with(no_color: &str, force: &str, term: &str) -> Surroundings {
        let set = |text: &str| (!text.is_empty()).then(|| OsString::from(text));
        Surroundings { no_color: set(no_color), force: set(force), term: set(term) }
    }

    #[test]
    fn a_terminal_gets_colours_and_a_pipe_does_not() {
        let plain = with("", "", "xterm");
        assert!(plain.colours(When::Auto, true));
        assert!(!plain.colours(When::Auto, false));
        assert!(!with("", "", "dumb").colours(When::Auto, true));
    }

    #[test]
    fn the_environment_can_forbid_and_force_them() {
        assert!(!with("1", "", "xterm").colours(When::Auto, true));
        assert!(!with("1", "1", "xterm").colours(When::Auto, true), "NO_COLOR wins");
        assert!(with("", "1", "xterm").colours(When::Auto, false));
        assert!(!with("", "0", "xterm").colours(When::Auto, false));
    }

    #[test]
    fn what_the_command_line_says_wins() {
        assert!(with("1", "", "dumb").colours(When::Always, false));
        assert!(!with("", "1", "xterm").colours(When::Never, true));
    }

    #[test]
    fn help_follows_the_command_line_too() {
        let asked =
            |values: &[&str]| of_help(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        assert_eq!(asked(&[]), ColorChoice::Auto);
        assert_eq!(asked(&["always", "never"]), ColorChoice::Never);
        assert_eq!(asked(&["always"]), ColorChoice::Always);
        assert_eq!(asked(&["sometimes"]), ColorChoice::Auto);
    }

    #[test]
    fn paint_that_is_off_leaves_text_alone() {
        assert_eq!(Paint::new(false).bad("no"), "no");
        let painted = Paint::new(true).bad("no");
        assert!(painted.starts_with('\u{1b}') && painted.contains("no") && painted.ends_with("\u{1b}[0m"));
    }
}
