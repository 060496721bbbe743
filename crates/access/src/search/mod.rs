//! Searching among decisions: who may do this to that, what somebody may do this to, what somebody may do to that.
//!
//! A search finds what checks of every candidate would allow, and nothing else. It answers in pages, in the order of ids
//! (actions: of names), and tells ids and types only. Who may search is who may check: everybody about themselves; about
//! others, whoever may check where the objects are.

mod actions;
mod asking;
mod cursor;
mod found;
pub mod graphql;
mod objects;
mod subjects;

pub use actions::{ActionSearch, ActionsFound, actions};
pub use asking::{asked_at, asked_of, may_ask, require_asking};
pub use cursor::{Cursor, Paging};
pub use found::{Found, Matches};
pub use objects::{ObjectSearch, objects};
pub use subjects::{SubjectSearch, subjects};
