//! Who: tenants and their members, entities of every kind, profiles, passwords and tokens, signing keys, sessions.
//!
//! - [`tenants`], [`memberships`], [`entities`], [`ownerships`], [`profiles`]: who there is, and where.
//! - [`passwords`], [`credentials`]: what somebody proves who they are with.
//! - [`keys`], [`sessions`]: signing in and staying signed in.
//! - [`endpoints`]: custom API endpoints.
//! - [`schemas`]: JSON Schemas that people bring.
//! - [`tokens`]: the standard ways for other programs to ask about tokens, to end and to exchange them.
//! - [`emails`], [`sign_up`], [`verification`], [`resets`], [`invitations`]: addresses, making an account, and coming in by
//!   a link that was sent. [`mail_requests`]: asking for one.
//! - [`totp`], [`recovery_codes`], [`passkeys`]: second factors; [`factors`]: all of them together; [`challenges`]: what passkeys
//!   are to sign; [`sign_in_policies`]: who needs one.
//! - [`federation`]: signing in with other OpenID providers.
//! - [`scim`]: users and groups as directories write them. [`moving`]: taking over what another system or file says.
//! - [`aliases`]: which id a name stands for.
//! - [`retention`]: removing for good, after a while, what was deleted.
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
pub mod challenges;
pub mod credentials;
pub mod emails;
pub mod endpoints;
pub mod entities;
pub mod factors;
mod facts;
pub mod federation;
pub mod graphql;
mod identity;
pub mod invitations;
pub mod keys;
mod links;
pub mod mail_requests;
pub mod memberships;
mod migrations;
pub mod moving;
mod one_time;
pub mod ownerships;
mod pace;
pub mod passkeys;
pub mod passwords;
pub mod profiles;
pub mod recovery_codes;
pub mod resets;
pub mod retention;
pub mod schemas;
pub mod scim;
mod seed;
pub mod sessions;
pub mod sign_in_policies;
pub mod sign_up;
pub mod tenants;
pub mod tokens;
pub mod totp;
pub mod verification;

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
    use credentials::store as credentials;
    use federation::states::store as states;
    use keys::store as signing;
    vec![
        sealed_column::<signing::Entity>(
            signing::Column::Kid,
            signing::Column::SealedPrivateKey,
            keys::place,
        ),
        sealed_column::<credentials::Entity>(
            credentials::Column::Id,
            credentials::Column::SealedSecret,
            |id| crate::credentials::shared_keys::place(id),
        ),
        sealed_column::<totp::store::Entity>(
            totp::store::Column::Id,
            totp::store::Column::SealedSecret,
            |id| totp::place(id),
        ),
        sealed_column::<challenges::store::Entity>(
            challenges::store::Column::Id,
            challenges::store::Column::SealedState,
            |id| challenges::place(id),
        ),
        sealed_column::<states::Entity>(
            states::Column::Id,
            states::Column::SealedPkceVerifier,
            federation::states::place_of_pkce_verifier,
        ),
        sealed_column::<states::Entity>(
            states::Column::Id,
            states::Column::SealedNonce,
            federation::states::place_of_nonce,
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
        Over::new("unfinished sign-ins", |ground| {
            Box::pin(async move { sessions::prune_unfinished(&ground).await })
        }),
        Over::new("sign-ins at providers", |ground| {
            Box::pin(async move { federation::prune(&ground).await })
        }),
        Over::new("accounts whose address was never proved", |ground| {
            Box::pin(async move { sign_up::prune(&ground).await })
        }),
        Over::new("certificates that were removed and have expired", |ground| {
            Box::pin(async move { credentials::certificates::forget_buried(&ground).await })
        }),
        Over::new("links", |ground| Box::pin(async move { sessions::prune_links(&ground).await })),
        Over::new("wishes for mails that could not be answered", |ground| {
            Box::pin(async move { mail_requests::forget_dead(&ground).await })
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
        backup::of::<credentials::certificates::buried::Entity>("buried_certificates"),
        backup::of::<credentials::permissions::store::Entity>("credential_permission_limits"),
        backup::of::<credentials::permissions::store::action::Entity>("credential_permission_limit_actions"),
        backup::of::<emails::store::Entity>("entity_emails"),
        backup::of::<links::store::Entity>("mailed_links"),
        backup::of::<invitations::store::Entity>("tenant_invitations"),
        backup::of::<sessions::store::Entity>("sessions"),
        backup::of::<federation::store::Entity>("oauth_identities"),
        backup::of::<federation::states::store::Entity>("oauth_login_states"),
        backup::of::<federation::codes::store::Entity>("auth_exchange_codes"),
        backup::of::<sessions::attempts::store::Entity>("sign_in_attempts"),
        backup::of::<sessions::pending::store::Entity>("pending_sign_ins"),
        backup::of::<totp::store::Entity>("totp_factors"),
        backup::of::<recovery_codes::store::Entity>("recovery_codes"),
        backup::of::<passkeys::store::Entity>("passkeys"),
        backup::of::<challenges::store::Entity>("passkey_challenges"),
        backup::of::<sign_in_policies::store::Entity>("sign_in_policies"),
        backup::of::<keys::store::Entity>("signing_keys"),
        backup::of::<endpoints::store::Entity>("api_endpoints"),
        backup::of::<endpoints::executions::store::Entity>("api_endpoint_executions"),
    ]
}
