//! Tokens that are good once: each purpose has its own type, so that none can be used for another.

mod model;

pub(crate) use model::{OneTime, Purpose};
