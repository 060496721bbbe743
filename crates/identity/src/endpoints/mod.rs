//! Custom API endpoints: an HTTP route, the one GraphQL operation that it carries out, and how the two are joined.
//!
//! - [`Definition`]: what an operator says about one. - [`document`]: the operation it carries out. - [`mapping`]: from a
//!   request to variables, from data to an answer. - [`acting`]: as whom. - [`executions`]: what was done, for a while.
//!
//! What is not here: HTTP, and carrying out GraphQL. The server does both, in the order that its door says.

pub mod acting;
mod create;
mod document;
pub mod executions;
mod fault;
mod find;
pub mod graphql;
pub mod mapping;
mod model;
mod permission;
mod redact;
mod status;
pub(crate) mod store;
mod update;

pub use create::create;
pub use document::{Document, Sensitive};
pub use fault::EndpointFault;
pub use find::{EXECUTE, EndpointFilter, active, find, list};
pub use model::{Definition, Endpoint};
pub use permission::ServicePermission;
pub use redact::redact;
pub use status::{disable, enable};
pub use update::{EndpointPatch, update};
