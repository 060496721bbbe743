//! Members of principal groups.

mod add;
mod list;
mod remove;
pub(crate) mod store;

pub use add::{add, join};
pub use list::{groups_of_entities, of_groups};
pub(crate) use remove::leave_all;
pub use remove::{leave_tenant, remove};
pub(crate) use store::groups_of;
