//! Pages of a search, which go on after what was found last.

use atoll_base::PageBounds;
use atoll_base::page::{BadCursor, read_cursor, show_cursor};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// How long a page may be.
const BOUNDS: PageBounds = PageBounds { default: 50, max: 500 };

/// What a cursor of a search belongs to.
const SEARCH: &str = "search";

/// What a page can go on after. Callers see it as a text that means nothing to them.
pub trait Cursor: Serialize + DeserializeOwned {
    /// As the interface shows it.
    fn show(&self) -> String {
        show_cursor(SEARCH, self)
    }

    /// Reads what [`show`](Cursor::show) wrote.
    fn read(text: &str) -> Result<Self, BadCursor> {
        read_cursor(SEARCH, text).ok_or(BadCursor::Foreign(SEARCH))
    }
}

impl Cursor for Uuid {}

/// Of actions, which are found in the order of their names.
impl Cursor for String {}

/// Which page of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging<C> {
    /// At most this many.
    pub limit: usize,
    /// What comes after this.
    pub after: Option<C>,
}

impl<C: Cursor> Paging<C> {
    /// The page that was asked for: 50, at most 500; an empty cursor is none.
    pub fn read(limit: Option<i64>, cursor: Option<&str>) -> Result<Self, BadCursor> {
        let limit = usize::try_from(BOUNDS.request(limit, None).limit).unwrap_or(usize::MAX);
        let after = cursor.filter(|cursor| !cursor.is_empty()).map(C::read).transpose()?;
        Ok(Paging { limit, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_shown() {
        let id = Uuid::from_u128(0xffff_0001);
        assert_eq!(Uuid::read(&id.show()), Ok(id));
        let name = "policy.manage".to_owned();
        assert_eq!(String::read(&name.show()), Ok(name.clone()));
        for bad in ["x", "%%", &id.to_string(), "AAAA", &name.show()] {
            assert_eq!(Uuid::read(bad), Err(BadCursor::Foreign("search")), "{bad}");
        }
    }

    #[test]
    fn a_page_has_bounds() {
        let limit = |wish| Paging::<Uuid>::read(wish, None).unwrap().limit;
        assert_eq!([limit(None), limit(Some(0)), limit(Some(7)), limit(Some(9000))], [50, 1, 7, 500]);
        assert_eq!(Paging::<Uuid>::read(None, Some("")).unwrap().after, None);
        assert!(Paging::<Uuid>::read(None, Some("!")).is_err());
    }
}
