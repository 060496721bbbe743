//! Sessions: signing in, staying signed in, signing out.

pub mod attempts;
pub(crate) mod claims;
mod find;
pub mod graphql;
pub mod http;
mod log_out;
mod model;
mod prune;
mod refresh;
mod resolve;
mod revoke;
mod sign_in;
pub(crate) mod store;

pub(crate) use claims::{Claims, LEEWAY};
pub use find::find;
pub use log_out::log_out;
pub use model::Session;
pub use prune::prune;
pub(crate) use prune::{prune_attempts, prune_sessions};
pub use refresh::{NotRefreshable, refresh};
pub use resolve::TenantSelector;
pub(crate) use revoke::revoke_of_credential;
pub use revoke::{revoke_of_entity, revoke_of_tenant};
pub use sign_in::{Refused, SignIn, SignedIn, sign_in};
