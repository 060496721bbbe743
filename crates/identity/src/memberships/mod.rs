//! Memberships: entities that work in a tenant which is not their home.

mod add;
pub mod graphql;
mod list;
mod model;
mod remove;
pub(crate) mod store;

pub use add::add;
pub(crate) use add::{ADD_UNSEEN, join, join_maker};
pub use list::list;
pub use model::Membership;
pub(crate) use remove::leave_all;
pub use remove::remove;
