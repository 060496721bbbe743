//! The live policy world: loaded at start, kept current by following the ledger, and stopped when it cannot be.

mod attempts;
mod follow;
mod source;

pub use attempts::{Attempts, AttemptsInbox};
pub use follow::{Decisions, Reaction};
pub use source::{Source, Sources};
