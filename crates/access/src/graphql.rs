//! This room's part of the GraphQL interface.

use async_graphql::MergedObject;

use crate::actions::graphql::{ActionMutation, ActionQuery};
use crate::assignments::graphql::{AssignmentMutation, AssignmentQuery};
use crate::blocks::graphql::{BlockMutation, BlockQuery};
use crate::check::graphql::CheckMutation;
use crate::groups::graphql::{GroupMutation, GroupQuery};
use crate::policies::graphql::{PolicyMutation, PolicyQuery};
use crate::resources::graphql::{ResourceMutation, ResourceQuery};
use crate::roles::graphql::{RoleMutation, RoleQuery};
use crate::search::graphql::SearchQuery;

/// This room's queries.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessQuery")]
pub struct Query(
    GroupQuery,
    ResourceQuery,
    ActionQuery,
    BlockQuery,
    RoleQuery,
    AssignmentQuery,
    PolicyQuery,
    SearchQuery,
);

/// This room's mutations.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessMutation")]
pub struct Mutation(
    GroupMutation,
    ResourceMutation,
    ActionMutation,
    BlockMutation,
    RoleMutation,
    AssignmentMutation,
    PolicyMutation,
    CheckMutation,
);
