//! Role assignments: who holds which role.

mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub use create::{NewAssignment, assign_in_tenant, create};
pub(crate) use create::{created, give};
pub use delete::{delete, revoke_subject_in_tenant};
pub(crate) use delete::{drop_of_role, drop_of_subject, drop_outside, take};
pub use find::{AssignmentFilter, list};
pub use model::Assignment;
