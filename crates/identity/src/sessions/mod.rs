//! Sessions: signing in, staying signed in, signing out.

pub mod attempts;
pub(crate) mod claims;
mod end;
mod find;
pub mod graphql;
pub mod http;
mod list;
mod log_out;
mod model;
mod prune;
mod refresh;
mod resolve;
mod revoke;
mod sign_in;
pub(crate) mod store;
mod vouch;

pub(crate) use claims::{Claims, LEEWAY};
pub(crate) use end::end_allowed;
pub use end::{NoSuchSession, end, end_all};
pub use find::find;
pub use list::list;
pub use log_out::log_out;
pub use model::{Exchange, Session};
pub(crate) use model::{MAX_ACTORS, expiry};
pub use prune::prune;
pub(crate) use prune::{prune_attempts, prune_sessions};
pub use refresh::{NotRefreshable, refresh};
pub use resolve::TenantSelector;
pub(crate) use revoke::{keep_within_bound, revoke_of_credential};
pub use revoke::{revoke_of_entity, revoke_of_tenant};
pub use sign_in::{Refused, SignIn, SignedIn, sign_in};
pub(crate) use vouch::proven;
pub use vouch::{OtherKind, Vouched, vouch};
