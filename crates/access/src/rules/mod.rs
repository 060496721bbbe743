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
pub use enforce::entity_becomes;
pub(crate) use enforce::{groups_come_under, kind_receives_of_groups, receives, role_hands_out};
pub use find::{RuleFilter, list};
pub use model::{Guardrail, GuardrailFault, RuleFault, Spoken, Verdict};
