//! Signing in with other OpenID providers: who people are there, and the way there and back.
//!
//! A sign-in goes [`start`] → the provider → [`come_back`] → [`exchange`]. Whoever is signed in links a provider to their
//! account the same way, from [`start_linking`] on; nothing is ever linked to an account because of an address alone.

mod admit;
mod browser;
pub(crate) mod codes;
mod come_back;
mod exchange;
mod fault;
pub mod graphql;
pub mod http;
mod link;
mod list;
mod model;
mod provider;
mod prune;
mod return_to;
mod start;
pub(crate) mod states;
pub(crate) mod store;
mod unlink;
mod verify;

pub use browser::Browser;
pub use come_back::{CameBack, come_back};
pub use exchange::exchange;
pub use fault::FederationFault;
pub use list::list;
pub use model::LinkedIdentity;
pub(crate) use provider::Providers;
pub(crate) use prune::prune;
pub use start::{Started, start, start_linking};
pub(crate) use store::hold;
pub use unlink::unlink;
