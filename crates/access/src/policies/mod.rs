//! Direct policies: who holds which permission block without a role.

mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub(crate) use create::give;
pub use create::{NewPolicy, create};
pub use delete::delete;
pub(crate) use delete::{drop_of_block, drop_of_subject, drop_outside, take};
pub use find::{PolicyFilter, list};
pub use model::DirectPolicy;
