//! Letting the oldest records go, as the settings say: by batches from the beginning of each stream on, leaving a checkpoint
//! from which the rest can still be proved.

mod job;
mod remove;
mod status;

pub use job::{Cleaning, rounds};
pub use remove::remove_old;
pub use status::{Status, status};
