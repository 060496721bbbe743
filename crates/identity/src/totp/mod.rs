//! One-time codes of an authenticator app (RFC 6238): six digits, half a minute, SHA-1, as every app knows them.

mod confirm;
mod enrol;
mod model;
mod prove;
mod remove;
pub(crate) mod store;

pub use confirm::confirm;
pub use enrol::{Enrolment, enrol};
pub(crate) use model::place;
pub use model::{Totp, TotpFault};
pub(crate) use prove::{Code, prove};
pub use remove::remove;
