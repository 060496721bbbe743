//! Moving in: people, groups and roles of another house, read from its files.
//!
//! - [`keycloak`], [`csv`]: reading files. - [`Plan`]: what would be done. - [`carry_out`]: doing it, batch by batch; what
//!   was done is left alone when it is run again. - [`configuration`]: how a tenant is set up, as files, there and back.

mod carry_out;
pub mod configuration;
pub mod csv;
pub mod keycloak;
mod model;
mod password;
mod plan;
mod rows;
mod store;

pub use carry_out::{Done, carry_out};
pub use model::{BadImport, GroupWish, Import, RoleWish, SubjectWish};
pub use plan::{Plan, State};
