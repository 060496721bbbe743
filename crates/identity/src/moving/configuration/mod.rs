//! How a tenant is set up, as files that people read, and back again: groups, roles, who holds what, profiles,
//! guardrails and policy tests. Not who is there: people and devices are spoken of by name.
//!
//! - [`export`]: reading it from the store. - [`files`]: writing and reading the files. - [`preview`], [`apply`]: what
//!   would change, and changing it, as one transaction.

mod apply;
mod carry_out;
mod compare;
mod export;
pub mod files;
mod free;
mod model;
mod names;
mod settle;

pub use apply::{Plan, apply, preview};
pub use compare::{Change, Step};
pub use export::{There, export};
pub use files::BadFile;
pub use free::Free;
pub use model::{
    Assignment, Block, Configuration, Group, Guardrail, Item, Place, Policy, PolicyTest, Profile, Resource,
    Role, SignIn, Tenant, Version, Wish,
};
