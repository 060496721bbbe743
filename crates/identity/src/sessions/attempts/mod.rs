//! Failed attempts to sign in, counted so that passwords cannot be guessed.

pub(crate) mod store;
mod throttle;
mod turns;

pub use throttle::TooManyFailures;
pub(crate) use throttle::{Account, Attempts};
pub(crate) use turns::Turns;
