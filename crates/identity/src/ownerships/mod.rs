//! Ownerships: which entity belongs to which. They are kept for applications to read and give no rights.

mod add;
mod find;
pub mod graphql;
mod model;
mod remove;
pub(crate) mod store;

pub use add::add;
pub use find::owned;
pub use model::{Ownership, OwnershipFault};
pub use remove::remove;
