//! This room's part of the GraphQL schema.

use async_graphql::MergedObject;

use crate::credentials::graphql::{CredentialMutation, CredentialQuery};
use crate::credentials::shared_keys::graphql::SharedKeyMutation;
use crate::endpoints::graphql::{EndpointMutation, EndpointQuery};
use crate::entities::graphql::{EntityMutation, EntityQuery};
use crate::factors::graphql::{FactorMutation, FactorQuery};
use crate::federation::graphql::{FederationMutation, FederationQuery};
use crate::invitations::graphql::{InvitationMutation, InvitationQuery};
use crate::keys::graphql::{KeyMutation, KeyQuery};
use crate::memberships::graphql::{MembershipMutation, MembershipQuery};
use crate::ownerships::graphql::{OwnershipMutation, OwnershipQuery};
use crate::passkeys::graphql::PasskeyMutation;
use crate::passwords::graphql::PasswordMutation;
use crate::profiles::graphql::{ProfileMutation, ProfileQuery};
use crate::sessions::graphql::{SessionMutation, SessionQuery};
use crate::sign_in_policies::graphql::{SignInPolicyMutation, SignInPolicyQuery};
use crate::sign_up::graphql::SignUpMutation;
use crate::tenants::graphql::{TenantMutation, TenantQuery};

/// Queries about who there is.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityWhoQuery")]
pub struct WhoQuery(TenantQuery, MembershipQuery, InvitationQuery, EntityQuery, OwnershipQuery, ProfileQuery);

/// Queries about what proves who somebody is.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityProofQuery")]
pub struct ProofQuery(
    CredentialQuery,
    KeyQuery,
    SessionQuery,
    FactorQuery,
    FederationQuery,
    SignInPolicyQuery,
);

/// This room's queries, in a few parts: a long chain of them is more than the compiler follows.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityQuery")]
pub struct Query(WhoQuery, ProofQuery, EndpointQuery);

/// Changes of who there is.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityWhoMutation")]
pub struct WhoMutation(
    TenantMutation,
    MembershipMutation,
    InvitationMutation,
    SignUpMutation,
    EntityMutation,
    ProfileMutation,
    OwnershipMutation,
);

/// Changes of what proves who somebody is.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityProofMutation")]
pub struct ProofMutation(
    PasswordMutation,
    CredentialMutation,
    SharedKeyMutation,
    KeyMutation,
    SessionMutation,
);

/// Changes of second factors, and of who needs one.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityFactorMutation")]
pub struct SecondFactorMutation(FactorMutation, PasskeyMutation, FederationMutation, SignInPolicyMutation);

/// This room's mutations.
#[derive(Default, MergedObject)]
#[graphql(name = "IdentityMutation")]
pub struct Mutation(WhoMutation, ProofMutation, SecondFactorMutation, EndpointMutation);
