//! Profiles: what kinds of entities people distinguish beyond the five kinds, and what their attributes look like.

mod add_version;
mod choose;
mod create;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;
mod update;
mod validate;

pub use add_version::{NewVersion, add_version};
pub use choose::Unfit;
pub(crate) use choose::{Wanted, choose, fits};
pub use create::{NewProfile, create};
pub use find::{ProfileFilter, find, list, versions};
pub(crate) use model::ACTIVE;
pub use model::{Profile, ProfileFault, ProfileVersion};
pub use update::{ProfilePatch, update};
pub(crate) use validate::validate;
