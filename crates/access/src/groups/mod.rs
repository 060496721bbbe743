//! Groups of both flavours: of principals (who) and of objects (where).

mod create;
mod delete;
mod find;
pub mod graphql;
pub mod members;
mod model;
mod parent;
pub mod placement;
mod purge;
mod restore;
pub(crate) mod store;
mod update;

use atoll_base::ctx::Tx;
use atoll_base::{Moment, Result};
use atoll_policy::GroupFlavour;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub use create::{NewGroup, create};
pub use delete::delete;
pub(crate) use find::known;
pub use find::{GroupFilter, find, list, list_children, list_of_entity};
pub use members::join;
pub use model::{Group, GroupAt, GroupFault, GroupPatch};
pub use parent::{remove_parent, set_parent};
pub use purge::purge;
pub use restore::restore;
pub use update::{RULE as CHANGE, set_status, update};

/// Nobody else changes the group, or adds somebody to it, before this transaction ends.
pub async fn lock(tx: &Tx, group: Uuid) -> Result<()> {
    store::lock_chain(tx, group, None).await.map(drop)
}

/// A group and every group below it, for filters.
pub async fn with_descendants(conn: &impl ConnectionTrait, group: Uuid) -> Result<Vec<Uuid>> {
    store::below(conn, group).await
}

/// At most `most` groups of a flavour that were deleted before `before`.
pub async fn deleted_before(
    conn: &impl ConnectionTrait,
    flavour: GroupFlavour,
    before: Moment,
    most: u64,
) -> Result<Vec<Uuid>> {
    store::deleted_before(conn, flavour, before, most).await
}
