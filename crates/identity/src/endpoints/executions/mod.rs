//! What was done through custom endpoints: kept for a while, without secrets.

mod list;
mod model;
mod prune;
mod record;
pub(crate) mod store;

pub use list::list;
pub use model::{Execution, Summary};
pub use prune::prune;
pub use record::{denied, ended};
