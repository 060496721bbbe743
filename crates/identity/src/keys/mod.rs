//! Signing keys: what session tokens are signed with, and how others check them.

pub mod graphql;
mod jwks;
mod list;
mod model;
mod ring;
mod rotate;
pub(crate) mod store;

pub use jwks::{Jwk, Jwks};
pub use list::{count, list};
pub(crate) use model::place;
pub use model::{KeyState, SigningKey};
pub use ring::{Keys, UnknownKey};
pub use rotate::{rotate, rotate_when_due};
