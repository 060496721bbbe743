//! Passwords: what they must be, hashing them without slowing others, and changing them.

mod change;
mod common;
mod give;
pub mod graphql;
mod hash;
mod hasher;
mod model;
mod set;
mod threads;

pub(crate) use change::prove;
pub use change::{WrongCurrent, change};
pub use common::BadList;
pub use give::{Hashed, give};
pub use hash::{BadHash, Hash};
pub use hasher::{Hasher, HashingBusy, Verdict};
pub use model::{BadPassword, check};
pub(crate) use set::{RULE, first_password, has_password, names, replace};
pub use set::{create, reset_password, vet};
