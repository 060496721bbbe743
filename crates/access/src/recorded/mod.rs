//! The decision log: a bounded sample of the questions that were answered, for looking at and for trying changes against.
//! It is no ledger: it may have gaps, and it forgets.

mod context;
mod find;
pub mod graphql;
mod model;
mod prune;
pub(crate) mod store;
mod write;

pub(crate) use context::kept;
pub(crate) use find::READ;
pub use find::{RecordedFilter, list};
pub use model::Recorded;
pub use prune::prune;
pub use write::IntoLog;
