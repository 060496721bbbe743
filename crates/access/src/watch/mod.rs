//! Watching what changes, from a revision on, in the order of the ledger and without gaps.

mod follow;
mod noted;

pub use follow::{MAX_STREAMS, Watch, WatchFault};
pub use noted::{Noted, What};
