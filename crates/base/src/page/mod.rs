//! Pages of a list, and going on after the last item of one.

mod cursor;
mod order;
mod sort;

pub use cursor::{BadCursor, read_cursor, show_cursor};
pub use order::{Key, Order, count};
pub use sort::{ListSort, Sort, TimeSort};

use crate::error::Common;

/// Which part of a list to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// At most this many items.
    pub limit: u64,
    /// Skip this many items first.
    pub offset: u64,
}

/// How long a page may be: default and maximum differ between lists.
#[derive(Clone, Copy, Debug)]
pub struct PageBounds {
    /// When the caller does not say.
    pub default: u64,
    /// Larger wishes are cut to this.
    pub max: u64,
}

impl PageBounds {
    /// Ordinary lists: 20, at most 100.
    pub const ORDINARY: PageBounds = PageBounds { default: 20, max: 100 };
    /// Lists filtered by what the caller may read: 20, at most 500.
    pub const AUTHORIZED: PageBounds = PageBounds { default: 20, max: 500 };
    /// The catalogue (actions, applicability, rules): 50, at most 100.
    pub const CATALOGUE: PageBounds = PageBounds { default: 50, max: 100 };

    /// The audit log: 50, at most 200.
    pub const AUDIT: PageBounds = PageBounds { default: 50, max: 200 };

    /// Reports without a total: 50, at most 200.
    pub const REPORT: PageBounds = PageBounds { default: 50, max: 200 };

    /// A choice to pick from: 20 at most.
    pub const FEW: PageBounds = PageBounds { default: 20, max: 20 };

    /// What the caller asked for, within bounds: a limit below 1 becomes 1, a negative offset 0.
    pub fn request(self, limit: Option<i64>, offset: Option<i64>) -> PageRequest {
        let limit = limit.map_or(self.default, |wish| u64::try_from(wish.max(1)).unwrap_or(1).min(self.max));
        let offset = offset.map_or(0, |wish| u64::try_from(wish).unwrap_or(0));
        PageRequest { limit, offset }
    }

    /// Which part of a list was asked for, within the same bounds. An empty cursor is none; a cursor says where to begin,
    /// so that nothing can be skipped besides.
    pub fn list<S>(self, asked: Asked<S>) -> Result<ListRequest<S>, Common> {
        let PageRequest { limit, offset } = self.request(asked.limit, asked.offset);
        let after = asked.after.filter(|after| !after.is_empty());
        if after.is_some() && offset > 0 {
            return Err(Common::Invalid("give either after or offset, not both".into()));
        }
        Ok(ListRequest { limit, offset, sort: asked.sort, after, total: asked.total })
    }
}

/// A part of a list, as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked<S> {
    /// How many items.
    pub limit: Option<i64>,
    /// How many to skip.
    pub offset: Option<i64>,
    /// In which order.
    pub sort: S,
    /// Only what comes after this cursor.
    pub after: Option<String>,
    /// Whether anybody wants to know how many there are in all.
    pub total: bool,
}

/// Which part of a list to return, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest<S> {
    /// At most this many items.
    pub limit: u64,
    /// Skip this many items first.
    pub offset: u64,
    /// In this order.
    pub sort: S,
    /// Only what comes after this: a cursor that an earlier page came with.
    pub after: Option<String>,
    /// Whether to count how many there are in all.
    pub total: bool,
}

impl<S> ListRequest<S> {
    /// The page with these bounds from the beginning of a list, with its total.
    pub fn page(page: PageRequest, sort: S) -> ListRequest<S> {
        ListRequest { limit: page.limit, offset: page.offset, sort, after: None, total: true }
    }
}

/// A part of a list and where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// How many items there are in all, where that was asked for.
    pub total: Option<u64>,
    /// The cursor after which the list goes on; none at its end.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// The same with every item translated.
    pub fn map<U>(self, translate: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(translate).collect(), total: self.total, next: self.next }
    }

    /// The same with every item translated, unless one of them cannot be.
    pub fn try_map<U, E>(self, translate: impl FnMut(T) -> Result<U, E>) -> Result<Listed<U>, E> {
        let items = self.items.into_iter().map(translate).collect::<Result<_, E>>()?;
        Ok(Listed { items, total: self.total, next: self.next })
    }
}

impl<T> From<Listed<T>> for Page<T> {
    fn from(listed: Listed<T>) -> Page<T> {
        Page { items: listed.items, total: listed.total.unwrap_or_default() }
    }
}

/// A part of a list and how long the whole list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this page, in order.
    pub items: Vec<T>,
    /// How many items there are in all, also when the page lies past the end.
    pub total: u64,
}

impl<T> Page<T> {
    /// The same page with every item translated.
    pub fn map<U>(self, translate: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(translate).collect(), total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_brought_within_bounds() {
        let bounds = PageBounds::ORDINARY;
        assert_eq!(bounds.request(None, None), PageRequest { limit: 20, offset: 0 });
        assert_eq!(bounds.request(Some(0), Some(-3)), PageRequest { limit: 1, offset: 0 });
        assert_eq!(bounds.request(Some(-7), Some(40)), PageRequest { limit: 1, offset: 40 });
        assert_eq!(bounds.request(Some(1_000), None).limit, 100);
    }

    #[test]
    fn a_cursor_and_an_offset_exclude_each_other() {
        let asked = |after: &str, offset| {
            let asked = Asked {
                after: Some(after.to_owned()),
                offset,
                sort: ListSort::default(),
                ..Asked::default()
            };
            PageBounds::ORDINARY.list(asked)
        };
        assert_eq!(asked("", Some(3)).unwrap().after, None);
        assert_eq!(asked("x", Some(0)).unwrap().after.as_deref(), Some("x"));
        assert_eq!(asked("x", Some(3)).unwrap_err().to_string(), "give either after or offset, not both");
    }
}
