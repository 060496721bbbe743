//! This room's part of the GraphQL schema.

use async_graphql::MergedObject;

use crate::credentials::graphql::{CredentialMutation, CredentialQuery};
use crate::credentials::shared_keys::graphql::SharedKeyMutation;
use crate::endpoints::graphql::{EndpointMutation, EndpointQuery};
use crate::entities::graphql::{EntityMutation, EntityQuery};
use crate::keys::graphql::{KeyMutation, KeyQuery};
use crate::memberships::graphql::{MembershipMutation, MembershipQuery};
use crate::ownerships::graphql::{OwnershipMutation, OwnershipQuery};
use crate::passwords::graphql::PasswordMutation;
use crate::profiles::graphql::{ProfileMutation, ProfileQuery};
use crate::sessions::graphql::{SessionMutation, SessionQuery};
use crate::tenants::graphql::{TenantMutation, TenantQuery};

/// Every query of this room.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityQuery")]
pub struct Query(
    TenantQuery,
    MembershipQuery,
    EntityQuery,
    OwnershipQuery,
    ProfileQuery,
    EndpointQuery,
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
    EntityMutation,
    ProfileMutation,
    EndpointMutation,
    OwnershipMutation,
    PasswordMutation,
    CredentialMutation,
    SharedKeyMutation,
    KeyMutation,
    SessionMutation,
);
