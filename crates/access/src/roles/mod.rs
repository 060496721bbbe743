//! Roles: named sets of permission blocks.

mod change;
mod find;
pub mod graphql;
mod model;
mod replace;
pub(crate) mod store;

pub use change::{NewRole, create, delete, update};
pub use find::{RoleFilter, find, list};
pub use model::{DerivedKind, Role, RoleFault, RolePatch};
pub use replace::replace_blocks;
pub(crate) use replace::unlink_block;
