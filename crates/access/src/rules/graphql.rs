//! The GraphQL door of guardrails.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{PageBounds, Result};
use atoll_policy::{ObjectKind, ObjectType};

use super::model::{Guardrail, RuleFault, Verdict};
use super::{NewRule, RuleFilter, create, delete, list};
use crate::words::EntityKind;

/// What a guardrail says about receiving an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "Verdict")]
pub enum ActionAssignmentRuleDecision {
    /// It may be received.
    Allow,
    /// It may not.
    Deny,
    /// It may not without an override that a second person has approved.
    RequireOverride,
}

/// What a new guardrail may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum CreateActionAssignmentRuleDecision {
    /// It may be received.
    Allow,
    /// It may not.
    Deny,
    /// It may not without an override that a second person has approved; see `requestGuardrailOverride`.
    RequireOverride,
}

impl From<CreateActionAssignmentRuleDecision> for Verdict {
    fn from(decision: CreateActionAssignmentRuleDecision) -> Verdict {
        match decision {
            CreateActionAssignmentRuleDecision::Allow => Verdict::Allow,
            CreateActionAssignmentRuleDecision::Deny => Verdict::Deny,
            CreateActionAssignmentRuleDecision::RequireOverride => Verdict::RequireOverride,
        }
    }
}

/// A guardrail: what a kind of entity may receive. It is looked at when grants change.
#[derive(SimpleObject)]
#[graphql(name = "ActionAssignmentRule")]
pub struct RuleView {
    id: ID,
    tenant_id: Option<ID>,
    entity_kind: EntityKind,
    action_name: String,
    object_kind: String,
    object_type: Option<String>,
    decision: ActionAssignmentRuleDecision,
    is_absolute: bool,
    created_at: String,
}

impl From<Guardrail> for RuleView {
    fn from(guardrail: Guardrail) -> RuleView {
        RuleView {
            id: door::show(guardrail.id),
            tenant_id: guardrail.tenant.map(door::show),
            entity_kind: guardrail.entity_kind.into(),
            action_name: guardrail.action,
            object_kind: guardrail.object_kind.as_str().to_owned(),
            object_type: guardrail.object_type,
            decision: guardrail.verdict.into(),
            is_absolute: guardrail.absolute,
            created_at: guardrail.created_at.rfc3339(),
        }
    }
}

/// A page of guardrails.
#[derive(SimpleObject)]
pub struct ActionAssignmentRuleList {
    items: Vec<RuleView>,
    total: i64,
}

/// A new guardrail.
#[derive(InputObject)]
pub struct CreateActionAssignmentRuleInput {
    /// The tenant for whose grants it holds; all when left out.
    tenant_id: Option<ID>,
    entity_kind: EntityKind,
    action_name: String,
    object_kind: String,
    /// `resource:channel` or `channel`; every type when left out.
    object_type: Option<String>,
    /// Those of a tenant deny or require an override.
    decision: CreateActionAssignmentRuleDecision,
    /// Outweighs whatever is not absolute; no when left out. Those of a tenant never are.
    is_absolute: Option<bool>,
}

fn kind(text: &str) -> Result<ObjectKind, RuleFault> {
    match text.trim().parse() {
        Ok(ObjectKind::Platform) | Err(_) => Err(RuleFault::NoSuchKind),
        Ok(kind) => Ok(kind),
    }
}

/// Queries about guardrails.
#[derive(Default)]
pub struct RuleQuery;

#[Object]
impl RuleQuery {
    /// The guardrails of a tenant, or of the platform, for those who deal with policies there.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn action_assignment_rules(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        entity_kind: Option<EntityKind>,
        action_name: Option<String>,
        object_kind: Option<String>,
        object_type: Option<String>,
        decision: Option<ActionAssignmentRuleDecision>,
        #[graphql(default = 50)] limit: i32,
        #[graphql(default = 0)] offset: i32,
    ) -> Result<ActionAssignmentRuleList> {
        let object_kind = object_kind.as_deref().map(kind).transpose()?;
        let spelled = |text: String| match object_kind {
            Some(kind) => ObjectType::within(kind, &text).map_or(text, |whole| whole.to_string()),
            None => text,
        };
        let filter = RuleFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            entity_kind: entity_kind.map(Into::into),
            action: action_name,
            object_kind,
            object_type: object_type.map(spelled),
            verdict: decision.map(Into::into),
        };
        let page = door::page(PageBounds::CATALOGUE, Some(limit), Some(offset));
        let page = list(door::ctx(door)?, &filter, page).await?;
        Ok(ActionAssignmentRuleList {
            total: door::total(page.total),
            items: page.items.into_iter().map(Into::into).collect(),
        })
    }
}

/// Changes of guardrails.
#[derive(Default)]
pub struct RuleMutation;

#[Object]
impl RuleMutation {
    /// Makes a guardrail. It holds for what is given from now on.
    async fn create_action_assignment_rule(
        &self,
        door: &Context<'_>,
        input: CreateActionAssignmentRuleInput,
    ) -> Result<RuleView> {
        let ctx = door::ctx(door)?;
        ctx.signed_in()?;
        let new = NewRule {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            entity_kind: input.entity_kind.into(),
            action: input.action_name,
            object_kind: kind(&input.object_kind)?,
            object_type: input.object_type,
            verdict: input.decision.into(),
            absolute: input.is_absolute.unwrap_or_default(),
        };
        Ok(create(ctx, new).await?.into())
    }

    /// Removes a guardrail. One that requires overrides needs an override `for: removal`.
    async fn delete_action_assignment_rule(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }
}
