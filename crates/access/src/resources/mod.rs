//! Resources: whatever is protected and is neither an entity nor a group.

mod alias;
mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
mod place;
pub(crate) mod store;
mod update;

pub use alias::{aliased, aliases};
pub use create::{NewResource, create};
pub use delete::delete;
pub use find::{ResourceFilter, find, kinds, list};
pub use model::{Resource, ResourcePatch, kind};
pub use place::{clear_parent, set_parent};
pub use update::update;
