//! This room's part of the GraphQL interface.

use async_graphql::MergedObject;

use crate::actions::graphql::{ActionMutation, ActionQuery};
use crate::assignments::graphql::{AssignmentMutation, AssignmentQuery};
use crate::audit::graphql::AuditQuery;
use crate::blocks::graphql::{BlockMutation, BlockQuery};
use crate::check::graphql::{CheckMutation, CheckQuery};
use crate::groups::graphql::{GroupMutation, GroupQuery};
use crate::policies::graphql::{PolicyMutation, PolicyQuery};
use crate::reports::graphql::ReportQuery;
use crate::requests::graphql::{RequestMutation, RequestQuery};
use crate::resources::graphql::{ResourceMutation, ResourceQuery};
use crate::roles::graphql::{RoleMutation, RoleQuery};
use crate::rules::graphql::{RuleMutation, RuleQuery};
use crate::search::graphql::SearchQuery;
use crate::simulate::graphql::SimulateQuery;

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
    SimulateQuery,
    RequestQuery,
    RuleQuery,
    CheckQuery,
    ReportQuery,
    SearchQuery,
    AuditQuery,
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
    RuleMutation,
    CheckMutation,
    RequestMutation,
);
