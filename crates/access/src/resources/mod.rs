//! Resources: whatever is protected and is neither an entity nor a group.

mod alias;
mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
mod place;
mod purge;
mod restore;
pub(crate) mod store;
mod update;

use atoll_base::{Moment, Result};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub use alias::{aliased, aliases};
pub use create::{NewResource, create};
pub use delete::delete;
pub use find::{ResourceFilter, find, kinds, list};
pub use model::{Resource, ResourcePatch, kind};
pub use place::{clear_parent, set_parent};
pub use purge::purge;
pub use restore::restore;
pub use update::update;

/// At most `most` resources that were deleted before `before`.
pub async fn deleted_before(conn: &impl ConnectionTrait, before: Moment, most: u64) -> Result<Vec<Uuid>> {
    store::deleted_before(conn, before, most).await
}

/// The live resource with this alias, written in lower case, in a tenant or among those of the platform.
pub async fn id_of_alias(
    conn: &impl ConnectionTrait,
    alias: &str,
    tenant: Option<Uuid>,
) -> Result<Option<Uuid>> {
    store::id_of_alias(conn, alias, tenant).await
}
