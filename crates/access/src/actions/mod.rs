//! Actions: what can be granted and asked about, and of which objects.

mod change;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub use change::{NewAction, add_applicability, create, delete, remove_applicability, update};
pub use find::{ActionFilter, ApplicabilityFilter, find, ids_of, list, list_applicability, names_of};
pub use model::{Action, ActionFault, ActionPatch, Applicability, Target};
pub use store::ApplicabilityEntry;
