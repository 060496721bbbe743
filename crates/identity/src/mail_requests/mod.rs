//! Asking for a mail to an address, by somebody who is not signed in.
//!
//! Whether anybody has the address is looked up later, by a job. So the request does the same work, takes the same time and
//! has the same answer whoever exists.

mod answer;
mod ask;

pub use answer::Answering;
pub(crate) use ask::forget_dead;
pub use ask::{JOB, Wanted, ask};
