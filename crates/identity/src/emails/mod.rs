//! E-mail addresses: where a person is written to, and what they can sign in with.

mod model;
mod owner;
pub(crate) mod store;

pub use model::{BadEmail, Email, read};
pub(crate) use owner::{bring_back, bury, tell};
