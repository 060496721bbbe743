//! Links that are sent to an address: whoever has one has read the mail. Each is good once, and a while longer it says that it
//! is too old.

mod find;
mod model;
pub(crate) mod store;

pub(crate) use find::find;
pub(crate) use model::Link;
