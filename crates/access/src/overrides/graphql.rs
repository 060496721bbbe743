//! The GraphQL door of exceptions from guardrails.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result};
use atoll_policy::Recipient;

use super::model::{For, Override, OverrideFault};
use super::{NewOverride, OverrideFilter, approve, ask, deny, list, withdraw};
use crate::requests::graphql::AccessRequestStatus;

/// What an exception is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum GuardrailOverrideFor {
    /// An entity that would receive something.
    Entity,
    /// A principal group whose members would.
    Group,
    /// A role whose holders would.
    Role,
    /// The removal of the guardrail itself.
    Removal,
}

/// An exception from a guardrail that says `require_override`, for one change.
#[derive(SimpleObject)]
#[graphql(name = "GuardrailOverride")]
pub struct OverrideView {
    id: ID,
    /// The tenant of the grant.
    tenant_id: Option<ID>,
    rule_id: ID,
    #[graphql(name = "for")]
    wanted: GuardrailOverrideFor,
    recipient_id: Option<ID>,
    reason: String,
    status: AccessRequestStatus,
    requested_by: ID,
    decided_by: Option<ID>,
    decided_at: Option<String>,
    answer: Option<String>,
    /// Until when it may be used.
    valid_until: Option<String>,
    /// When it was used; it cannot be used again.
    used_at: Option<String>,
    created_at: String,
}

impl From<Override> for OverrideView {
    fn from(one: Override) -> OverrideView {
        OverrideView {
            id: door::show(one.id),
            tenant_id: one.tenant.map(door::show),
            rule_id: door::show(one.rule),
            wanted: match one.wanted {
                For::Recipient(Recipient::Entity(_)) => GuardrailOverrideFor::Entity,
                For::Recipient(Recipient::Group(_)) => GuardrailOverrideFor::Group,
                For::Recipient(Recipient::Role(_)) => GuardrailOverrideFor::Role,
                For::Removal => GuardrailOverrideFor::Removal,
            },
            recipient_id: one.wanted.id().map(door::show),
            reason: one.reason,
            status: one.state.into(),
            requested_by: door::show(one.requester),
            decided_by: one.decided_by.map(door::show),
            decided_at: one.decided_at.map(Moment::rfc3339),
            answer: one.answer,
            valid_until: one.valid_until.map(Moment::rfc3339),
            used_at: one.used_at.map(Moment::rfc3339),
            created_at: one.created_at.rfc3339(),
        }
    }
}

/// A page of exceptions from guardrails.
#[derive(SimpleObject)]
pub struct GuardrailOverrideList {
    items: Vec<OverrideView>,
    total: i64,
}

/// A new exception from a guardrail.
#[derive(InputObject)]
pub struct RequestGuardrailOverrideInput {
    /// The tenant of the grant; the platform when left out.
    tenant_id: Option<ID>,
    /// The guardrail; a refused change names it in `extensions.details.ruleId`.
    rule_id: ID,
    #[graphql(name = "for")]
    wanted: GuardrailOverrideFor,
    /// What would receive something.
    recipient_id: Option<ID>,
    /// Why the exception is needed.
    reason: String,
}

fn wanted(input: &RequestGuardrailOverrideInput) -> Result<For> {
    let id = door::optional_id("recipientId", input.recipient_id.as_ref())?;
    let recipient = match (input.wanted, id) {
        (GuardrailOverrideFor::Removal, None) => return Ok(For::Removal),
        (GuardrailOverrideFor::Entity, Some(id)) => Recipient::Entity(id),
        (GuardrailOverrideFor::Group, Some(id)) => Recipient::Group(id),
        (GuardrailOverrideFor::Role, Some(id)) => Recipient::Role(id),
        _ => return Err(OverrideFault::Recipient.into()),
    };
    Ok(For::Recipient(recipient))
}

/// Queries about exceptions from guardrails.
#[derive(Default)]
pub struct OverrideQuery;

#[Object]
impl OverrideQuery {
    /// Exceptions from guardrails of a tenant, or all, for those who deal with policies there; your own with your id as
    /// `requestedBy`.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn guardrail_overrides(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        rule_id: Option<ID>,
        requested_by: Option<ID>,
        status: Option<AccessRequestStatus>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<GuardrailOverrideList> {
        let filter = OverrideFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            rule: door::optional_id("ruleId", rule_id.as_ref())?,
            requester: door::optional_id("requestedBy", requested_by.as_ref())?,
            state: status.map(Into::into),
        };
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        let page = list(door::ctx(door)?, &filter, page).await?;
        let items = page.items.into_iter().map(OverrideView::from).collect();
        Ok(GuardrailOverrideList { items, total: door::total(page.total) })
    }
}

/// Changes of exceptions from guardrails.
#[derive(Default)]
pub struct OverrideMutation;

#[Object]
impl OverrideMutation {
    /// Asks that a guardrail be lifted for one change. Somebody else has to approve.
    async fn request_guardrail_override(
        &self,
        door: &Context<'_>,
        input: RequestGuardrailOverrideInput,
    ) -> Result<OverrideView> {
        let new = NewOverride {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            rule: door::id("ruleId", &input.rule_id)?,
            wanted: wanted(&input)?,
            reason: input.reason,
        };
        Ok(ask(door::ctx(door)?, new).await?.into())
    }

    /// Lets the change be made once, within so many seconds (a day when left out, a week at most). Not for who asked, nor
    /// for who receives.
    async fn approve_guardrail_override(
        &self,
        door: &Context<'_>,
        id: ID,
        lasts_secs: Option<i64>,
        answer: Option<String>,
    ) -> Result<OverrideView> {
        let lasts = match lasts_secs {
            None => None,
            Some(secs) => Some(Duration::from_secs(u64::try_from(secs).map_err(|_| OverrideFault::Lasts)?)),
        };
        Ok(approve(door::ctx(door)?, door::id("id", &id)?, lasts, answer).await?.into())
    }

    /// Does not let the change be made.
    async fn deny_guardrail_override(
        &self,
        door: &Context<'_>,
        id: ID,
        answer: Option<String>,
    ) -> Result<OverrideView> {
        Ok(deny(door::ctx(door)?, door::id("id", &id)?, answer).await?.into())
    }

    /// Takes back what you asked for, as long as it is not used.
    async fn withdraw_guardrail_override(&self, door: &Context<'_>, id: ID) -> Result<OverrideView> {
        Ok(withdraw(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }
}
