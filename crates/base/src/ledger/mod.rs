//! The one memory: an append-only row for every change, in the transaction of that change.
//!
//! Rows form streams: one per tenant, and one of the platform ([`PLATFORM_STREAM`]). In a stream revisions count 1, 2, 3
//! without gaps, and each row carries the SHA-256 of the row before it. So the ledger is audit log, change feed and
//! tamper evidence at once.

mod append;
mod event;
pub mod retention;
mod row;
pub(crate) mod store;
mod verify;

pub use append::Appended;
pub(crate) use append::{Pending, append, take_heads};
pub use event::{Event, Outcome, Target};
pub use row::{Head, Row, head, heads, rows};
pub use verify::{Break, Verified, verify};

/// The stream of what belongs to no tenant.
pub const PLATFORM_STREAM: uuid::Uuid = uuid::Uuid::nil();
