//! Passwords: what they must be, hashing them without slowing others, and changing them.

mod give;
pub mod graphql;
mod hasher;
mod model;
mod set;

pub use give::{Hashed, give};
pub use hasher::{Hasher, HashingBusy, Verdict};
pub use model::{BadPassword, check};
pub(crate) use set::{RULE, first_password, has_password};
pub use set::{create, reset_password};
