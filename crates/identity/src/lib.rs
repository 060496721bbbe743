//! Who: tenants and their members, entities of every kind, profiles, passwords and tokens, signing keys, sessions.
//!
//! - [`tenants`], [`memberships`], [`entities`], [`ownerships`], [`profiles`]: who there is, and where. - [`passwords`],
//!   [`credentials`]: what somebody proves who they are with. - [`keys`], [`sessions`]: signing in and staying signed in.
//! - [`aliases`]: which id a name stands for. - [`retention`]: removing for good, after a while, what was deleted.
//! - [`Identity`]: says who a token belongs to, without asking the store twice.
//!
//! What is not here: what anybody may do. That is `access`'s and `policy`'s; here is only who asks.
//!
//! Guarantees: an entity has one password at a time; whoever changes it ends every other session. Somebody who signs in
//! learns nothing about accounts but their own. What was revoked is refused by the next request, on every replica that
//! answers at all.

pub mod aliases;
mod authenticate;
pub mod bootstrap;
pub mod credentials;
pub mod entities;
mod facts;
pub mod graphql;
mod identity;
pub mod keys;
pub mod memberships;
mod migrations;
pub mod moving;
pub mod ownerships;
pub mod passwords;
pub mod profiles;
pub mod retention;
pub mod scim;
mod seed;
pub mod sessions;
pub mod tenants;

use atoll_base::backup::{self, Table};

pub use authenticate::BadToken;
pub use facts::IdentityFacts;
pub use identity::Identity;
pub use migrations::migrations;
pub use seed::{ADMIN, AUTHENTICATED_USERS, EXAMPLE_SERVICE, seed};

/// This room's tables, those referred to before those that refer: for backups.
pub fn tables() -> Vec<Box<dyn Table>> {
    vec![
        backup::of::<tenants::store::Entity>("tenants"),
        backup::of::<profiles::store::Entity>("profiles"),
        backup::of::<profiles::store::version::Entity>("profile_versions"),
        backup::of::<entities::store::Entity>("entities"),
        backup::of::<memberships::store::Entity>("tenant_memberships"),
        backup::of::<ownerships::store::Entity>("ownerships"),
        backup::of::<credentials::store::Entity>("credentials"),
        backup::of::<sessions::store::Entity>("sessions"),
        backup::of::<sessions::attempts::store::Entity>("sign_in_attempts"),
        backup::of::<keys::store::Entity>("signing_keys"),
    ]
}
