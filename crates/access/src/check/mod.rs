//! Asking for decisions.

mod decide;
mod explain;
pub mod graphql;
mod request;

pub(crate) use decide::RULE as ASK;
pub use decide::{bulk, check};
pub use explain::{Explained, explain};
pub use request::{Answer, CheckRequest};
