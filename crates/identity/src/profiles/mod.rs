//! Profiles: what kinds of entities people distinguish beyond the five kinds, and what their attributes look like.

mod choose;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub use choose::Unfit;
pub(crate) use choose::{Wanted, choose, fits};
pub use find::{ProfileFilter, find, list, versions};
pub(crate) use model::ACTIVE;
pub use model::{Profile, ProfileVersion};
