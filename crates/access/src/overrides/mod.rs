//! Exceptions from guardrails: somebody asks that a guardrail be lifted once, somebody else decides, and the change that
//! needed it uses it up.

mod ask;
mod decide;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;
mod use_up;

pub use ask::{NewOverride, ask};
pub use decide::{approve, deny, withdraw};
pub use find::{OverrideFilter, list};
pub use model::{For, Override, OverrideFault};
pub(crate) use use_up::{removal, use_up};
