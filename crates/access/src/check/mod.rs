//! Asking for decisions.

pub(crate) mod decide;
mod explain;
pub mod graphql;
mod request;

pub use decide::{bulk, check};
pub use explain::explain;
pub use request::{Answer, CheckRequest};
