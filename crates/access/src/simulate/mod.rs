//! What a change would do before it is made, and what changes have done: who gains, who loses what.

mod between;
pub mod graphql;
mod outcome;

pub use between::between;
pub use outcome::{Outcome, outcome};
