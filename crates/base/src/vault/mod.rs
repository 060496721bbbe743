//! Sealed secrets: whatever must be read back is encrypted with a key of its own, and that key with the deployment key.
//!
//! Algorithm: AES-256-GCM-SIV (RFC 8452). Every sealed value is bound to its place (`"signing_key:<kid>"`), so that a
//! value copied to another row does not open there.

mod deployment_key;
mod named;
mod seal;

pub use deployment_key::{BadKey, DeploymentKey, KeyOrigin};
pub use named::NamedKeys;
pub use seal::{Unreadable, Vault};

pub(crate) use named::table as key_table;
