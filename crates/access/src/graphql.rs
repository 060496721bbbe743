//! This room's part of the GraphQL interface.

use async_graphql::MergedObject;

use crate::actions::graphql::{ActionMutation, ActionQuery};
use crate::assignments::graphql::{AssignmentMutation, AssignmentQuery};
use crate::audit::graphql::{AuditMutation, AuditQuery};
use crate::blocks::graphql::{BlockMutation, BlockQuery};
use crate::check::graphql::{CheckMutation, CheckQuery};
use crate::drafts::graphql::{DraftMutation, DraftQuery};
use crate::groups::graphql::{GroupMutation, GroupQuery};
use crate::overrides::graphql::{OverrideMutation, OverrideQuery};
use crate::policies::graphql::{PolicyMutation, PolicyQuery};
use crate::policy_tests::graphql::{PolicyTestMutation, PolicyTestQuery};
use crate::recorded::graphql::RecordedQuery;
use crate::reports::graphql::ReportQuery;
use crate::requests::graphql::{RequestMutation, RequestQuery};
use crate::resources::graphql::{ResourceMutation, ResourceQuery};
use crate::roles::graphql::{RoleMutation, RoleQuery};
use crate::rules::graphql::{RuleMutation, RuleQuery};
use crate::search::graphql::SearchQuery;
use crate::simulate::graphql::SimulateQuery;
use crate::webhooks::graphql::{WebhookMutation, WebhookQuery};

/// Queries about what grants are about.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessThingQuery")]
pub struct ThingQuery(GroupQuery, ResourceQuery, ActionQuery);

/// Queries about what is granted.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessGrantQuery")]
pub struct GrantQuery(
    BlockQuery,
    RoleQuery,
    AssignmentQuery,
    PolicyQuery,
    RequestQuery,
    RuleQuery,
    OverrideQuery,
);

/// Queries that ask for decisions.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessDecisionQuery")]
pub struct DecisionQuery(CheckQuery, SearchQuery, ReportQuery);

/// Queries about what was done and asked, and what would be answered.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessTrialQuery")]
pub struct TrialQuery(SimulateQuery, RecordedQuery, DraftQuery, PolicyTestQuery, AuditQuery, WebhookQuery);

/// This room's queries, in a few parts: a long chain of them is more than the compiler follows.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessQuery")]
pub struct Query(ThingQuery, GrantQuery, DecisionQuery, TrialQuery);

/// Changes of what grants are about.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessThingMutation")]
pub struct ThingMutation(GroupMutation, ResourceMutation, ActionMutation);

/// Changes of what is granted.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessGrantMutation")]
pub struct GrantMutation(
    BlockMutation,
    RoleMutation,
    AssignmentMutation,
    PolicyMutation,
    RequestMutation,
    RuleMutation,
    OverrideMutation,
);

/// Changes that do not count yet, and what must stay as it is.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessTrialMutation")]
pub struct TrialMutation(DraftMutation, PolicyTestMutation, WebhookMutation, AuditMutation);

/// This room's mutations.
#[derive(Default, MergedObject)]
#[graphql(name = "AccessMutation")]
pub struct Mutation(ThingMutation, GrantMutation, CheckMutation, TrialMutation);
