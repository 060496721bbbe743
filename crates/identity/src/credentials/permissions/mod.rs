//! What scoped access tokens may be used for at most.

mod intersect;
mod model;
mod replace;
pub(crate) mod store;

pub use intersect::intersection;
pub(crate) use model::read;
pub use model::{BadPermission, GivenPermission, Permission, ceiling};
pub(crate) use replace::keep;
pub use replace::replace;
