//! SCIM 2.0 (RFC 7643, RFC 7644): other directories keep a tenant's people and groups.
//!
//! A user is a person whose home is the tenant; a group is one of its principal groups. What is written goes through the
//! same use cases as everything else, and nobody sees here what they could not see elsewhere.
//!
//! - [`schema`] and `catalogue`: what users and groups consist of. - [`filter`], `matching`, `select`: choosing and
//!   showing. - `values`, `patch`: reading what was sent. - [`Request`], [`list()`], [`bulk`]: carrying it out.

pub mod bulk;
mod catalogue;
mod change;
mod effort;
mod emails;
mod fault;
pub mod filter;
mod groups;
mod list;
mod matching;
mod members;
mod patch;
mod query;
mod request;
mod resource;
pub mod schema;
mod select;
mod store;
mod users;
mod values;

pub use fault::ScimFault;
pub use list::list;
pub use query::{MOST_RESULTS, Query};
pub use request::{Request, Verb, is_among};
pub use resource::Site;
pub(crate) use resource::attributes_of_user;
pub use select::Select;
pub use store::Called;
