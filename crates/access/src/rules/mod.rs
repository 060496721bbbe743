//! Guardrails: what some kinds of entity must not receive.

mod enforce;
mod model;
pub(crate) mod store;

pub use enforce::entity_becomes;
pub(crate) use enforce::{groups_come_under, kind_receives_of_groups, receives, role_hands_out};
pub use model::{Guardrail, GuardrailFault, Verdict};
