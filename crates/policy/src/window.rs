//! When something counts: grants and memberships may begin and end on the clock.

use serde::{Deserialize, Serialize};

/// The time during which something counts: from [`not_before`](Self::not_before) on, until
/// [`expires`](Self::expires). Both in microseconds since 1970, both may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Window {
    /// The first moment at which it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// The first moment at which it counts no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
}

/// Where a moment lies, seen from a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before it.
    NotYet,
    /// In it.
    Open,
    /// After it.
    Over,
}

impl Window {
    /// No beginning and no end.
    pub const ALWAYS: Self = Self { not_before: None, expires: None };

    /// Whether it has neither a beginning nor an end.
    pub const fn is_always(&self) -> bool {
        self.not_before.is_none() && self.expires.is_none()
    }

    /// Where the moment lies; a window that ends before it begins is over.
    pub fn phase(&self, now: i64) -> Phase {
        if self.expires.is_some_and(|expires| now >= expires) {
            Phase::Over
        } else if self.not_before.is_some_and(|start| now < start) {
            Phase::NotYet
        } else {
            Phase::Open
        }
    }

    /// The time that lies in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let latest = |a: Option<i64>, b: Option<i64>| a.max(b);
        let earliest = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        };
        Self {
            not_before: latest(self.not_before, other.not_before),
            expires: earliest(self.expires, other.expires),
        }
    }

    /// Whether it is open at the moment.
    pub fn is_open(&self, now: i64) -> bool {
        self.phase(now) == Phase::Open
    }
}

/// As of when a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At a moment, in microseconds since 1970.
    At(i64),
    /// Whenever: only what has neither a beginning nor an end counts.
    Lasting,
}

impl When {
    /// Whether what has this window counts.
    pub(crate) fn admits(self, window: Window) -> bool {
        match self {
            Self::At(now) => window.is_open(now),
            Self::Lasting => window.is_always(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_in_and_the_end_is_out() {
        let window = Window { not_before: Some(10), expires: Some(20) };
        let phases = [9, 10, 19, 20].map(|now| window.phase(now));
        assert_eq!(phases, [Phase::NotYet, Phase::Open, Phase::Open, Phase::Over]);
        assert!(Window::ALWAYS.is_open(i64::MIN) && Window::ALWAYS.is_open(i64::MAX));
        let backwards = Window { not_before: Some(20), expires: Some(10) };
        assert!([5, 10, 15, 20, 25].iter().all(|now| !backwards.is_open(*now)));
    }

    #[test]
    fn in_json_what_is_missing_is_left_out() {
        let text = |window| serde_json::to_string(&window).unwrap();
        assert_eq!(text(Window::ALWAYS), "{}");
        assert_eq!(text(Window { not_before: None, expires: Some(7) }), r#"{"expires":7}"#);
        assert_eq!(serde_json::from_str::<Window>("{}").unwrap(), Window::ALWAYS);
    }
}
