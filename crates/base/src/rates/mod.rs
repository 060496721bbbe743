//! How many requests one network may send: counted in memory, brought together in the store.
//!
//! Every replica counts by itself and tells the store what it counted, in batches; the store adds up. Between two
//! batches a replica lets at most a tenth of a limit through on its own (its slice), then asks first. So N replicas
//! together let through a limit and at most N − 1 slices, a restart forgets almost nothing, and a replica that cannot reach the
//! store goes on limiting what it sees itself.
//!
//! What is kept is bounded: so many networks per class and process; a network that sent one request is not told to the
//! store; rows of windows that are over are removed.

mod counts;
mod limiter;
mod model;
pub(crate) mod store;

pub use limiter::Rates;
pub use model::{Class, Limited, Network};
pub(crate) use store::prune;
