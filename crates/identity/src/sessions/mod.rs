//! Sessions: signing in, staying signed in, signing out.

pub mod attempts;
pub(crate) mod claims;
mod complete;
mod find;
pub mod graphql;
pub mod http;
mod log_out;
mod model;
mod open;
pub mod pending;
mod prune;
mod recent;
mod refresh;
mod resolve;
mod revoke;
mod sign_in;
mod step_up;
pub mod steps;
pub(crate) mod store;

pub(crate) use claims::{Claims, LEEWAY};
pub use complete::{NotPending, ask_passkey, complete, sign_in_with_passkey};
pub use find::find;
pub use log_out::log_out;
pub use model::Session;
pub use prune::prune;
pub use recent::StepUpRequired;
pub(crate) use recent::require_recent;
pub use refresh::{NotRefreshable, refresh};
pub use resolve::TenantSelector;
pub(crate) use revoke::revoke_of_credential;
pub use revoke::{revoke_of_entity, revoke_of_tenant};
pub use sign_in::{Refused, SignIn, SignedIn, sign_in};
pub(crate) use step_up::{RAISED, raise_own};
pub use step_up::{StepUp, step_up};
