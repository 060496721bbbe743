//! Moments, as people read them.

use serde_json::Value;

/// A moment: for programs, and for people.
pub(super) struct Moment {
    pub(super) iso: String,
    pub(super) shown: String,
}

impl Moment {
    /// The moment of an answer, if there is one.
    pub(super) fn read(value: &Value) -> Option<Moment> {
        let iso = value.as_str()?;
        // To the minute, in UTC as the door writes it; scripts show it in the time of the browser.
        let shown =
            iso.get(..16).map_or_else(|| iso.to_owned(), |day| format!("{} UTC", day.replace('T', " ")));
        Some(Moment { iso: iso.to_owned(), shown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn moments_are_shown_to_the_minute() {
        let read = Moment::read(&json!("2026-11-29T05:35:53.930186+00:00"));
        assert_eq!(read.map(|moment| moment.shown).as_deref(), Some("2026-11-29 05:35 UTC"));
        assert!(Moment::read(&Value::Null).is_none());
    }
}
