//! The one-time codes that a sign-in at a provider ends with, to be exchanged for a session.

mod make;
mod model;
pub(crate) mod store;

pub(super) use make::{make, take};
