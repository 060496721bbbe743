//! What people must prove when they sign in, where they are at home and at the platform.

mod find;
pub mod graphql;
mod model;
mod set;
pub(crate) mod store;

pub use find::find;
pub(crate) use find::that_apply;
pub use model::SignInPolicy;
pub use set::set;
pub(crate) use set::{forget, take_over_settings};
