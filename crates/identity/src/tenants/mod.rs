//! Tenants: the boundary inside which everything else lives.

mod alias;
mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
mod purge;
mod restore;
mod status;
pub(crate) mod store;
mod update;

pub use alias::{aliased, aliases, called, may_know};
pub use create::{NewTenant, create};
pub use delete::delete;
pub(crate) use find::known;
pub use find::{TenantFilter, find, list};
pub use model::{Tenant, TenantPatch, TenantRoute};
pub use purge::purge;
pub use restore::restore;
pub(crate) use status::in_use;
pub use status::set_status;
pub(crate) use update::RULE as UPDATE;
pub use update::update;

/// Why credentials were revoked when their tenant was deleted.
const DELETED: &str = "tenant_deleted";
