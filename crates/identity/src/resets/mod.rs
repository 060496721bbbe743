//! Resets: choosing a new password by a link that is sent to one's address.

pub mod http;
mod model;
mod redeem;
mod send;

pub(crate) use model::Purposed;
pub use model::{BadReset, NotConfirmed};
pub use redeem::{NewPassword, redeem};
pub(crate) use send::send;
