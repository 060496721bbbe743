//! Roles: named sets of permission blocks.

mod change;
mod find;
pub mod graphql;
mod model;
mod purge;
mod replace;
mod restore;
pub(crate) mod store;

use atoll_base::{Moment, Result};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub(crate) use change::RULE;
pub use change::{NewRole, create, delete, update};
pub(crate) use find::known;
pub use find::{RoleFilter, find, held_in, list};
pub use model::{DerivedKind, Role, RoleFault, RolePatch};
pub use purge::purge;
pub use replace::replace_blocks;
pub(crate) use replace::{hold, unlink_block};
pub use restore::restore;

/// At most `most` roles that were deleted before `before`.
pub async fn deleted_before(conn: &impl ConnectionTrait, before: Moment, most: u64) -> Result<Vec<Uuid>> {
    store::deleted_before(conn, before, most).await
}
