//! The live policy world: loaded at start, kept current by following the ledger, and stopped when it cannot be.

mod attempts;
mod follow;
mod history;
mod questions;
mod revision;
mod source;

pub use attempts::{Attempts, AttemptsInbox};
pub use follow::{AT_LEAST_PATIENCE, Decisions, Reaction};
pub use history::NotKept;
pub use questions::{Asked, QuestionInboxes, Questions, Shadowed};
pub use revision::{BadToken, NotReached, RevisionToken};
pub use source::{Source, Sources};
