//! Failed attempts to sign in, counted so that passwords cannot be guessed.

pub(crate) mod store;
mod throttle;
mod turns;

pub(crate) use throttle::{Account, Attempts};
pub use throttle::TooManyFailures;
pub(crate) use turns::Turns;
