//! This room's part of the GraphQL schema.

use async_graphql::MergedObject;

use crate::credentials::graphql::{CredentialMutation, CredentialQuery};
use crate::entities::graphql::{EntityMutation, EntityQuery};
use crate::invitations::graphql::{InvitationMutation, InvitationQuery};
use crate::keys::graphql::{KeyMutation, KeyQuery};
use crate::memberships::graphql::{MembershipMutation, MembershipQuery};
use crate::ownerships::graphql::{OwnershipMutation, OwnershipQuery};
use crate::passwords::graphql::PasswordMutation;
use crate::profiles::graphql::ProfileQuery;
use crate::sessions::graphql::{SessionMutation, SessionQuery};
use crate::sign_up::graphql::SignUpMutation;
use crate::tenants::graphql::{TenantMutation, TenantQuery};

/// Every query of this room.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityQuery")]
pub struct Query(
    TenantQuery,
    MembershipQuery,
    InvitationQuery,
    EntityQuery,
    OwnershipQuery,
    ProfileQuery,
    CredentialQuery,
    KeyQuery,
    SessionQuery,
);

/// Every mutation of this room.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityMutation")]
pub struct Mutation(
    TenantMutation,
    MembershipMutation,
    InvitationMutation,
    SignUpMutation,
    EntityMutation,
    OwnershipMutation,
    PasswordMutation,
    CredentialMutation,
    KeyMutation,
    SessionMutation,
);
