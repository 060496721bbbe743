//! Sign-up: somebody makes an account for themselves.
//!
//! Nobody learns by it who has an account. A known address gets the same answer after the same time as a new one; its owner
//! is told by mail. A name that is taken is not refused: the account gets that name with a few random letters after it, which
//! the mail that proves the address says.

mod create;
pub mod graphql;
pub mod http;
mod model;
mod newcomer;
mod prune;

pub use create::sign_up;
pub use model::{NewAccount, SignUpFault, SignedUp};
pub(crate) use newcomer::{Newcomer, welcome};
pub(crate) use prune::prune;
