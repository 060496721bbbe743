//! Verification: proving that an address is one's own, by a link that is sent there.

pub mod http;
mod model;
mod send;
pub(crate) mod store;
mod verify;

pub use model::{BadVerification, VerificationToken};
pub(crate) use send::send;
pub use verify::verify;
