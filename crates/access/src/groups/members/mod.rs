//! Members of principal groups.

mod add;
mod remove;
pub(crate) mod store;

pub use add::{add, join};
pub(crate) use remove::leave_all;
pub use remove::{leave_tenant, remove};
pub(crate) use store::groups_of;
