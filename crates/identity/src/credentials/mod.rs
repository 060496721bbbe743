//! Credentials: what entities prove themselves with.

mod add;
pub mod certificates;
mod create;
mod find;
pub mod graphql;
mod last_use;
mod model;
pub mod permissions;
mod revoke;
pub mod shared_keys;
pub(crate) mod store;
pub mod token;

pub(crate) use add::{add, follow_entity, refuse_shared_keys};
pub use create::{NewAccessToken, Unissuable, create};
pub use find::TokenWithPermissions;
pub use find::{CredentialMissing, Expiring, access_tokens, expiring, of_entity};
pub(crate) use last_use::{EVERY as USE_NOTED_EVERY, LastUse};
pub(crate) use model::kind;
pub use model::{Credential, CredentialAt, CredentialStatus};
pub use revoke::RULE_OF_ENTITY;
pub(crate) use revoke::{restore_of_tenant, revoke_opened_by_password, revoke_passwords};
pub use revoke::{revoke, revoke_access_token, revoke_of_entity, revoke_of_tenant};
