//! The orders a list can have.

use async_graphql::Enum;

/// An order of a list, by name.
pub trait Sort: Copy {
    /// As the interface says it.
    fn name(self) -> &'static str;
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum ListSort {
    /// What was made last comes first.
    #[default]
    CreatedDesc,
    /// What was made first comes first.
    CreatedAsc,
    /// By name, from a to z.
    NameAsc,
    /// By name, from z to a.
    NameDesc,
}

impl ListSort {
    /// Whether large values come first.
    pub const fn is_descending(self) -> bool {
        matches!(self, ListSort::CreatedDesc | ListSort::NameDesc)
    }

    /// Whether names decide.
    pub const fn is_by_name(self) -> bool {
        matches!(self, ListSort::NameAsc | ListSort::NameDesc)
    }
}

impl Sort for ListSort {
    fn name(self) -> &'static str {
        match self {
            ListSort::CreatedDesc => "created_desc",
            ListSort::CreatedAsc => "created_asc",
            ListSort::NameAsc => "name_asc",
            ListSort::NameDesc => "name_desc",
        }
    }
}

/// The order of a list whose items have no names to go by: by the time at which they came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum TimeSort {
    /// What came last comes first.
    #[default]
    CreatedDesc,
    /// What came first comes first.
    CreatedAsc,
}

impl TimeSort {
    /// Whether late times come first.
    pub const fn is_descending(self) -> bool {
        matches!(self, TimeSort::CreatedDesc)
    }
}

impl Sort for TimeSort {
    fn name(self) -> &'static str {
        match self {
            TimeSort::CreatedDesc => "created_desc",
            TimeSort::CreatedAsc => "created_asc",
        }
    }
}
