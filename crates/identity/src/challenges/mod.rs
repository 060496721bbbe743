//! What a passkey was asked to sign: kept sealed for five minutes, and gone with the first answer.

mod keep;
mod model;
pub(crate) mod store;

pub(crate) use keep::{forget_entity, keep, prune, take};
pub(crate) use model::place;
pub use model::{Challenge, ChallengeFault};
pub(crate) use model::{LIFE, Purpose};
