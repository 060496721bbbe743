//! What a change would do before it is made, and what changes have done: who gains, who loses what, which recorded
//! questions would be answered otherwise, which guardrails and policy tests speak against it.

mod between;
mod dry_run;
pub mod graphql;
mod outcome;
mod replay;

pub use between::between;
pub use dry_run::{DryRun, Wish, dry_run};
pub(crate) use outcome::compared;
pub use outcome::{Access, Outcome};
pub use replay::{Differing, Replay, Replayed};
