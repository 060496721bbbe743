//! Entities: people, devices, services, workloads and applications. All are equal; only their kind differs.

mod alias;
pub(crate) mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
mod place;
mod purge;
mod restore;
mod status;
pub(crate) mod store;
mod update;

pub use alias::{aliased, aliases};
pub(crate) use create::active_tenant;
pub use create::{NewEntity, create};
pub use delete::delete;
pub use find::{EntityFilter, READ, READ_ALL, find, find_group_members, in_use, known, list};
pub use model::{Entity, EntityPatch};
pub use place::{clear_parent, set_parent};
pub use purge::purge;
pub(crate) use purge::remove;
pub use restore::restore;
pub use status::{disable, enable};
pub use update::update;
