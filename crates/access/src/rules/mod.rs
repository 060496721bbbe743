//! Guardrails: what some kinds of entity must not receive.

mod create;
mod delete;
mod enforce;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub use create::{NewRule, create};
pub use delete::delete;
pub(crate) use enforce::{Guardrails, receives};
pub use find::{RuleFilter, list};
pub use model::{Guardrail, GuardrailFault, RuleFault, Speaking, Verdict};
