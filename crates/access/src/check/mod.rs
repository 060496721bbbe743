//! Asking for decisions.

mod authorized;
pub(crate) mod decide;
mod explain;
pub mod graphql;
mod request;

pub use authorized::{AuthorizedObjects, NotListed, authorized_object_ids};
pub(crate) use decide::RULE as ASK;
pub use decide::{BadSelector, bulk, check};
pub(crate) use decide::{answer, permitted};
pub use explain::{Explained, explain};
pub use request::{Answer, CheckRequest};
