//! Pages of a list.

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

    /// Reports without a total: 50, at most 200.
    pub const REPORT: PageBounds = PageBounds { default: 50, max: 200 };

    /// What the caller asked for, within bounds: a limit below 1 becomes 1, a negative offset 0.
    pub fn request(self, limit: Option<i64>, offset: Option<i64>) -> PageRequest {
        let limit = limit.map_or(self.default, |wish| u64::try_from(wish.max(1)).unwrap_or(1).min(self.max));
        let offset = offset.map_or(0, |wish| u64::try_from(wish).unwrap_or(0));
        PageRequest { limit, offset }
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
}
