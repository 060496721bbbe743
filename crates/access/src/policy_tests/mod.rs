//! Policy tests: what somebody must, or must not, be allowed in a tenant. They can be run at any time, and a tenant can let
//! those that would begin to fail refuse a change.

mod create;
mod delete;
mod find;
mod gate;
pub mod graphql;
mod guard;
mod model;
mod run;
pub(crate) mod store;
mod touched;

pub use create::{NewPolicyTest, create};
pub use delete::delete;
pub(crate) use find::READ;
pub use find::{Listed, list};
pub use gate::gate;
pub use guard::PolicyTestsFail;
pub(crate) use guard::{Gate, shown, would_fail};
pub use model::{PolicyTest, PolicyTestFault};
pub use run::{Ran, Verdict, run};
