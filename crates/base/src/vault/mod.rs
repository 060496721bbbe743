//! Sealed secrets: whatever must be read back is encrypted with a key of its own, and that key with the deployment key.
//!
//! Algorithm: AES-256-GCM-SIV (RFC 8452). Every sealed value is bound to its place (`"signing_key:<kid>"`), so that a
//! value copied to another row does not open there.

mod deployment_key;
mod key_file;
mod keyring;
mod named;
mod rewrap;
mod seal;
mod sealed;

pub use deployment_key::{BadKey, DeploymentKey, KeyOrigin};
pub use key_file::{KeyFileLock, next_id};
pub use keyring::Keyring;
pub use named::{NamedKeys, sealed};
pub use rewrap::{Counts, FollowKeys, ROTATED, announce, count, rewrap};
pub use seal::{Unreadable, Vault};
#[cfg(feature = "testing")]
pub use sealed::columns_named_sealed;
pub use sealed::{SealedColumn, SealedRow, sealed_column};

pub(crate) use named::table as key_table;
