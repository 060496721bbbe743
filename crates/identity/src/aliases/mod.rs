//! Aliases: what entities and resources are called by instead of their ids.

mod resolve;

pub use resolve::{AliasFault, AliasOf, Resolved, Where, resolve};
