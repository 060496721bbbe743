//! Passkeys (WebAuthn level 3): a key pair in a device, unlocked by its owner. Good for signing in alone, as a second
//! factor, and for proving oneself anew.

mod ask;
pub mod graphql;
mod model;
mod prove;
mod register;
mod relying_party;
mod remove;
mod rename;
pub(crate) mod store;

pub use ask::{ask_anybody, ask_caller, ask_entity};
pub use model::{Asked, Passkey, PasskeyFault};
pub(crate) use prove::{Proof, prove, prove_discovered};
pub use register::{begin_registration, register};
pub(crate) use relying_party::RelyingParty;
pub use remove::remove;
pub use rename::rename;
