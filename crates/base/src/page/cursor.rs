//! Cursors: where a page ended, as a text that means nothing to whoever carries it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Fault, Kind};

/// The form of the text. A cursor of another form is refused.
const VERSION: u8 = 1;

/// A text that is no cursor of what it was given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCursor {
    /// Nothing that this search or list has returned.
    #[error("the cursor is not one that this {0} returned")]
    Foreign(&'static str),
    /// It belongs to the same list in another order.
    #[error(
        "the cursor belongs to another sort of this list; send the sort it came with, or begin without it"
    )]
    OtherSort,
}

impl Fault for BadCursor {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadCursor::Foreign(_) => "cursor.foreign",
            BadCursor::OtherSort => "cursor.other_sort",
        }
    }
}

/// The cursor of a place in something that is called `of`.
pub fn show_cursor(of: &str, place: &impl Serialize) -> String {
    let json = serde_json::to_vec(&(VERSION, of, place)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// The place that [`show_cursor`] showed, of the same thing; none for any other text.
pub fn read_cursor<P: DeserializeOwned>(of: &str, text: &str) -> Option<P> {
    let json = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (version, named, place): (u8, String, P) = serde_json::from_slice(&json).ok()?;
    (version == VERSION && named == of).then_some(place)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_shown_and_only_there() {
        let id = Uuid::from_u128(0xffff_0001);
        let text = show_cursor("search", &id);
        assert_eq!(read_cursor("search", &text), Some(id));
        assert_eq!(read_cursor::<Uuid>("entities", &text), None);
        assert_eq!(read_cursor::<i64>("search", &text), None);
        let later = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(VERSION + 1, "search", id)).unwrap());
        for bad in ["", "x", "%%", "AAAA", &id.to_string(), &later] {
            assert_eq!(read_cursor::<Uuid>("search", bad), None, "{bad}");
        }
    }
}
