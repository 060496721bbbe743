//! Moments and the clock they come from.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time: microseconds since 1970-01-01T00:00:00Z, stored as BIGINT in both engines.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, DeriveValueType,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment `by` later; stays at the end of time instead of wrapping.
    pub fn plus(self, by: Duration) -> Self {
        Moment(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The moment `by` earlier.
    pub fn minus(self, by: Duration) -> Self {
        Moment(self.0.saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long from `earlier` to here; zero when `earlier` is later.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds since 1970, as JWT claims carry them.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// RFC 3339 with `+00:00` and up to microseconds: `2026-11-22T01:20:03.000042+00:00`.
    pub fn rfc3339(self) -> String {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let text = at.format(&Rfc3339).unwrap_or_default();
        match text.strip_suffix('Z') {
            Some(local) => format!("{local}+00:00"),
            None => text,
        }
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1000)).ok().map(Moment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// Where the time comes from. Only implementations of this trait read a clock.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> Moment {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    pub fn at(at: Moment) -> Self {
        ManualClock(AtomicI64::new(at.0))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back_keeps_the_microsecond() {
        let moment = Moment(1_795_310_403_000_042);
        assert_eq!(moment.rfc3339(), "2026-11-22T01:20:03.000042+00:00");
        assert_eq!(Moment::parse_rfc3339(&moment.rfc3339()), Some(moment));
        assert_eq!(Moment::parse_rfc3339("2026-11-22T02:20:03.000042+01:00"), Some(moment));
        assert_eq!(Moment::parse_rfc3339("yesterday"), None);
    }

    #[test]
    fn arithmetic_stays_in_range() {
        assert_eq!(Moment(i64::MAX).plus(Duration::from_secs(1)), Moment(i64::MAX));
        assert_eq!(Moment(5).since(Moment(9)), Duration::ZERO);
        assert_eq!(Moment(-1).seconds(), -1);
    }
}
