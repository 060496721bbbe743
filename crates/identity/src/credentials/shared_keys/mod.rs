//! Shared keys: secrets of devices, services and other programs that whoever manages these can look up again.
//!
//! A key is kept twice: as a keyed hash, to compare with, and sealed in the vault, to show again. Whoever could read the
//! sealed copy has the key anyway, so that a slow hash would protect nothing; keys are random, or refused when they are easy
//! to guess.

mod create;
pub mod graphql;
mod model;
mod reveal;

pub use create::{NewSharedKey, create};
pub use model::{BadSharedKey, SharedKeyText};
pub(crate) use model::{MOST, matching, place};
pub use reveal::{Unrevealed, reveal};
