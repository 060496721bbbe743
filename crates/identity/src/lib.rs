//! Who: tenants and their members, entities of every kind, profiles, passwords and tokens, signing keys, sessions.
//!
//! - [`tenants`], [`memberships`], [`entities`], [`ownerships`], [`profiles`]: who there is, and where. - [`passwords`],
//!   [`credentials`]: what somebody proves who they are with. - [`keys`], [`sessions`]: signing in and staying signed in.
//! - [`tokens`]: the standard ways for other programs to ask about tokens, to end and to exchange them.
//! - [`endpoints`]: custom API endpoints. - [`schemas`]: JSON Schemas that people bring.
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
pub mod endpoints;
pub mod entities;
mod facts;
pub mod graphql;
mod identity;
pub mod keys;
pub mod memberships;
mod migrations;
pub mod ownerships;
pub mod passwords;
pub mod profiles;
pub mod retention;
pub mod schemas;
mod seed;
pub mod sessions;
pub mod tenants;
pub mod tokens;

use atoll_base::backup::{self, Table};
use atoll_base::keeper::Over;
use atoll_base::vault::{SealedColumn, sealed_column};

pub use authenticate::BadToken;
pub use facts::IdentityFacts;
pub use identity::Identity;
pub use migrations::migrations;
pub use seed::{ADMIN, AUTHENTICATED_USERS, EXAMPLE_SERVICE, seed};

/// The columns of this room that hold sealed values.
pub fn sealed() -> Vec<Box<dyn SealedColumn>> {
    use credentials::store as credential;
    use keys::store::{Column, Entity};
    vec![
        sealed_column::<Entity>(Column::Kid, Column::SealedPrivateKey, keys::place),
        sealed_column::<credential::Entity>(
            credential::Column::Id,
            credential::Column::SealedSecret,
            credentials::shared_keys::place,
        ),
    ]
}

/// What this room keeps and forgets when it is over.
pub fn over() -> Vec<Over> {
    vec![
        Over::new("sessions", |ground| Box::pin(async move { sessions::prune_sessions(&ground).await })),
        Over::new("attempts to sign in", |ground| {
            Box::pin(async move { sessions::prune_attempts(&ground).await })
        }),
    ]
}

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
        backup::of::<credentials::permissions::store::Entity>("credential_permission_limits"),
        backup::of::<credentials::permissions::store::action::Entity>("credential_permission_limit_actions"),
        backup::of::<sessions::store::Entity>("sessions"),
        backup::of::<sessions::attempts::store::Entity>("sign_in_attempts"),
        backup::of::<keys::store::Entity>("signing_keys"),
        backup::of::<endpoints::store::Entity>("api_endpoints"),
        backup::of::<endpoints::executions::store::Entity>("api_endpoint_executions"),
    ]
}
