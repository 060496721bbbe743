//! Drafts: named sets of changes of access that do not count yet. A draft can be compared with what is, run in shadow beside
//! it on the questions that really come, and be made live in one step.

mod apply;
mod change;
mod find;
pub mod graphql;
mod impact;
mod model;
mod report;
mod said;
mod shadow;
pub(crate) mod store;
mod valid;
mod watch;

pub use apply::apply;
pub use change::{NewDraft, create, delete, set_shadow, update};
pub use find::{DraftFilter, find, list};
pub use impact::impact;
pub use model::{Described, Draft, DraftFault, Entry, Held, What};
pub use report::{Difference, Report, report};
pub use shadow::Shadow;
pub use valid::DraftChange;
pub use watch::Watch;
