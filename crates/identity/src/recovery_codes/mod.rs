//! Recovery codes: ten words for the day on which the phone is gone. Each works once.

mod make;
mod model;
mod prove;
pub(crate) mod store;

pub(crate) use make::make_if_none;
pub use make::regenerate;
pub use model::{NoFactor, RecoveryCode};
pub(crate) use prove::prove;
