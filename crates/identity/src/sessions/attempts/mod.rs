//! Failed attempts to sign in, counted so that secrets cannot be guessed. Whatever proves a secret of an account goes
//! through here: [`Attempts::one_more`], then `fail` or `succeed`.

mod near;
pub(crate) mod store;
mod throttle;
mod turns;

pub(crate) use near::Near;
pub use throttle::TooManyFailures;
pub(crate) use throttle::{Account, Attempts};
pub(crate) use turns::Turns;
