//! How a command ends when it does not end well.

use std::fmt;
use std::process::ExitCode;

use atoll_base::{Error, Fault, Kind};

/// How a command ends: with an exit code, or with something to say about why it could not go on.
pub(crate) type Ended = Result<ExitCode, Failure>;

/// Something did not work.
pub(crate) const FAILED: u8 = 1;
/// The command line or the settings are wrong; nothing was started.
pub(crate) const USAGE: u8 = 2;
/// `check`: the answer is no.
pub(crate) const DENIED: u8 = 3;
/// Somebody pressed Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command could not go on, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    text: String,
    advice: Option<String>,
}

impl Failure {
    /// A failure with this text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Failure { code: FAILED, text: text.into(), advice: None }
    }

    /// The command line is wrong.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Failure { code: USAGE, ..Failure::new(text) }
    }

    /// Somebody asked the command to stop.
    pub(crate) fn interrupted() -> Self {
        Failure { code: INTERRUPTED, ..Failure::new("interrupted") }
    }

    /// Adds what to do next.
    pub(crate) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The code the process ends with.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.advice {
            Some(advice) => write!(f, "\n{advice}"),
            None => Ok(()),
        }
    }
}

/// Whoever sits at the terminal runs the deployment, and is told the cause that a caller over the network is not.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut failure = Failure::new(error.to_string());
        if error.code() == "settings.invalid" {
            failure.code = USAGE;
        }
        match error.code() {
            "store.unreachable" => failure.advice(
                "Check database_url and data_dir; a database server must be running and let this machine in.",
            ),
            "store.unavailable" => failure.advice(format!("cause: {}", error.for_log())),
            _ if error.kind() == Kind::Bug => failure.advice(format!("cause: {}", error.for_log())),
            _ => failure,
        }
    }
}

/// A typed fault of a room, on its way through the common error.
pub(crate) fn from_fault(fault: impl Fault) -> Failure {
    Failure::from(Error::from(fault))
}

#[cfg(test)]
mod tests {
    use atoll_base::Common;

    use super::*;

    #[test]
    fn the_operator_is_told_the_cause_of_a_fault_of_ours() {
        let failure = Failure::from(Error::from(Common::bug("the head vanished")));
        assert_eq!(failure.exit_code(), ExitCode::from(FAILED));
        assert!(failure.to_string().starts_with("internal error\ncause: "), "{failure}");
        assert!(failure.to_string().contains("the head vanished"));
    }

    #[test]
    fn wrong_settings_are_wrong_usage() {
        let failure = from_fault(atoll_base::settings::Problems(Vec::new()));
        assert_eq!(failure.exit_code(), ExitCode::from(USAGE));
    }
}
