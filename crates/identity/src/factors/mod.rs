//! Second factors, all kinds together: which an entity has, what a sign-in asks for, and what proves it.

mod demand;
mod find;
mod forget;
pub mod graphql;
mod migrations;
mod model;
mod prove;
mod reset;

pub(crate) use demand::{Demand, demanded};
pub(crate) use find::has_any;
pub use find::{Factors, find};
pub(crate) use forget::{forget_codes_if_last, forget_entity};
pub(crate) use migrations::migrations;
pub use model::{FactorProof, WrongFactor};
pub(crate) use model::{MANAGE, named};
pub(crate) use prove::{Accepted, prove};
pub use reset::reset;
