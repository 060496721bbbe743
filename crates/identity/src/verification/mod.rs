//! Verification: proving that an address is one's own, by a link that is sent there.

pub mod http;
mod model;
mod send;
mod verify;

pub use model::BadVerification;
pub(crate) use model::Purposed;
pub(crate) use send::send;
pub(crate) use verify::prove;
pub use verify::verify;
