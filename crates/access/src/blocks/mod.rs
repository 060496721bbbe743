//! Permission blocks: what may be done where, under which conditions.

mod create;
mod delete;
mod find;
pub mod graphql;
mod model;
pub(crate) mod store;

pub(crate) use create::make;
pub use create::{NewBlock, create};
pub use delete::delete;
pub(crate) use delete::{collect, forget_group, forget_object, forget_outside};
pub(crate) use find::actions_of;
pub use find::{BlockFilter, find, list};
pub(crate) use model::{Aim, aim};
pub use model::{Block, BlockFault};
