//! Retention: what was deleted long enough ago is removed for good, when an operator wants that.

mod job;
mod purge;

pub use job::{Purging, rounds};
pub use purge::purge_old;
