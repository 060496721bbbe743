//! Sign-ins that have left for a provider: with what, and from which browser. Each comes back once.

mod keep;
mod model;
pub(crate) mod store;

pub(super) use keep::{keep, take};
pub(super) use model::{Leaving, Left};
pub(crate) use model::{place_of_nonce, place_of_pkce_verifier};
