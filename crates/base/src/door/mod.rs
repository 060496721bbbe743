//! What doors of every room share: reading a caller's words.

pub mod cost;
pub mod graphql;
