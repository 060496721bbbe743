//! The audit log: the ledger, as those may read it who answer for a tenant or for the platform.
//!
//! A row belongs to the stream of one tenant, or to the platform's; what somebody may read is a set of streams.

pub mod export;
pub mod graphql;
mod list;
mod model;
pub mod retention;
pub(crate) mod store;
pub mod verification;

pub(crate) use list::reads;
pub use list::{AuditFilter, get, list};
pub use model::{Record, Streams};
