//! What the doctor says about one part.

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It works.
    Good,
    /// It is not used, or not there yet.
    Off,
    /// It works, and somebody should look at it.
    Odd,
    /// It does not work.
    Broken,
}

impl State {
    /// In one word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            State::Good => "ok",
            State::Off => "–",
            State::Odd => "look",
            State::Broken => "broken",
        }
    }
}

/// One part, how it is, and what that means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) part: &'static str,
    pub(super) state: State,
    pub(super) text: String,
}

impl Finding {
    /// It works.
    pub(super) fn good(part: &'static str, text: impl Into<String>) -> Self {
        Finding { part, state: State::Good, text: text.into() }
    }

    /// It is not used, or not there yet.
    pub(super) fn off(part: &'static str, text: impl Into<String>) -> Self {
        Finding { part, state: State::Off, text: text.into() }
    }

    /// It works, and somebody should look at it.
    pub(super) fn odd(part: &'static str, text: impl Into<String>) -> Self {
        Finding { part, state: State::Odd, text: text.into() }
    }

    /// It does not work.
    pub(super) fn broken(part: &'static str, text: impl Into<String>) -> Self {
        Finding { part, state: State::Broken, text: text.into() }
    }
}
