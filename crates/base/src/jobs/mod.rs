//! Work that outlives a request: a row claimed with a lease, done at least once, tried again with growing pauses, and
//! kept as a dead letter when it keeps failing.
//!
//! A job is put into the transaction of the change that wants it, so that neither exists without the other. Handlers must
//! be idempotent: a worker that dies after the work and before saying so leaves a job that another worker repeats.

mod back_off;
mod claim;
mod enqueue;
mod finish;
mod look;
mod model;
mod rounds;
mod sealed;
pub(crate) mod store;
mod worker;

pub use back_off::pause;
pub use claim::claim;
pub use enqueue::enqueue;
pub use finish::{complete, discard, discard_dead, fail, give_up, redrive};
pub use look::{Seen, list};
pub use model::{Claimed, Job, JobState};
pub use rounds::Rounds;
pub(crate) use sealed::SealedPayloads;
pub use sealed::{sealed_in, sealed_payload};
pub use worker::{Failed, Handler, Worker};
