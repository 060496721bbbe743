//! Access requests: somebody asks for a role, somebody who may grants it for a while, and it ends by itself.

mod ask;
mod decide;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub use ask::{NewRequest, ask};
pub use decide::{approve, deny, withdraw};
pub use find::{RequestFilter, list};
pub use model::{AccessRequest, RequestFault, RequestState};
