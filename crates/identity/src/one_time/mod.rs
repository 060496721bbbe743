//! Tokens that are good once: each purpose has its own type and its own table, so that none can be used for another.

mod model;

pub(crate) use model::{OneTime, Purpose};
