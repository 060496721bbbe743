//! What hostile input must never do, one function for each thing that reads some. Each takes any bytes, and panics when a
//! promise is broken.

mod authzen;
mod conditions;
mod cursors;
mod graphql;
mod tokens;

pub use authzen::authzen;
pub use conditions::conditions;
pub use cursors::cursors;
pub use graphql::graphql;
pub use tokens::tokens;

/// A function that takes any bytes.
pub type Probe = fn(&[u8]);

/// All of them, by the name of their corpus.
pub const PROBES: [(&str, Probe); 5] = [
    ("authzen", authzen),
    ("conditions", conditions),
    ("cursors", cursors),
    ("graphql", graphql),
    ("tokens", tokens),
];
