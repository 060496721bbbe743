//! The GraphQL door of access requests.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Moment, PageBounds, Result};

use super::{
    AccessRequest, NewRequest, RequestFault, RequestFilter, RequestState, approve, ask, deny, list, withdraw,
};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "RequestState")]
pub enum AccessRequestStatus {
    /// Nobody has decided.
    Pending,
    /// The role was given.
    Approved,
    /// It was not.
    Denied,
    /// Whoever asked no longer wants it.
    Withdrawn,
}

/// An entity asks for a role.
#[derive(SimpleObject)]
#[graphql(name = "AccessRequest")]
pub struct RequestView {
    id: ID,
    tenant_id: Option<ID>,
    requester_id: ID,
    role_id: ID,
    reason: String,
    /// For how many seconds from the approval on; null means until it is taken away.
    lasts_secs: Option<i64>,
    status: AccessRequestStatus,
    decided_by: Option<ID>,
    decided_at: Option<String>,
    answer: Option<String>,
    role_assignment_id: Option<ID>,
    expires_at: Option<String>,
    created_at: String,
}

impl From<AccessRequest> for RequestView {
    fn from(request: AccessRequest) -> RequestView {
        RequestView {
            id: door::show(request.id),
            tenant_id: request.tenant.map(door::show),
            requester_id: door::show(request.requester),
            role_id: door::show(request.role),
            reason: request.reason,
            lasts_secs: request.lasts.and_then(|lasts| i64::try_from(lasts.as_secs()).ok()),
            status: request.state.into(),
            decided_by: request.decided_by.map(door::show),
            decided_at: request.decided_at.map(Moment::rfc3339),
            answer: request.answer,
            role_assignment_id: request.assignment.map(door::show),
            expires_at: request.expires.map(Moment::rfc3339),
            created_at: request.created_at.rfc3339(),
        }
    }
}

/// A page of access requests.
#[derive(SimpleObject)]
pub struct AccessRequestList {
    items: Vec<RequestView>,
    total: i64,
}

/// A new access request.
#[derive(InputObject)]
pub struct RequestAccessInput {
    role_id: ID,
    /// Why you need it.
    reason: String,
    /// For how many seconds from the approval on, from a minute to a year; until it is taken away when left out.
    lasts_secs: Option<i64>,
}

/// Queries about access requests.
#[derive(Default)]
pub struct RequestQuery;

#[Object]
impl RequestQuery {
    /// Requests for roles of a tenant, or of all, for those who give roles there; your own with your id as `requesterId`.
    async fn access_requests(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        requester_id: Option<ID>,
        status: Option<AccessRequestStatus>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<AccessRequestList> {
        let filter = RequestFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            requester: door::optional_id("requesterId", requester_id.as_ref())?,
            state: status.map(Into::into),
        };
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        let page = list(door::ctx(door)?, &filter, page).await?;
        let items = page.items.into_iter().map(RequestView::from).collect();
        Ok(AccessRequestList { items, total: door::total(page.total) })
    }
}

/// Changes of access requests.
#[derive(Default)]
pub struct RequestMutation;

#[Object]
impl RequestMutation {
    /// Asks for a role.
    async fn request_access(&self, door: &Context<'_>, input: RequestAccessInput) -> Result<RequestView> {
        let lasts = match input.lasts_secs {
            None => None,
            Some(secs) => Some(Duration::from_secs(u64::try_from(secs).map_err(|_| RequestFault::Lasts)?)),
        };
        let new = NewRequest { role: door::id("roleId", &input.role_id)?, reason: input.reason, lasts };
        Ok(ask(door::ctx(door)?, new).await?.into())
    }

    /// Gives the role that was asked for, for as long as was asked or until a moment (RFC 3339) of your choice.
    async fn approve_access_request(
        &self,
        door: &Context<'_>,
        id: ID,
        expires_at: Option<String>,
        answer: Option<String>,
    ) -> Result<RequestView> {
        let expires = door::moment("expiresAt", expires_at.as_deref())?;
        Ok(approve(door::ctx(door)?, door::id("id", &id)?, expires, answer).await?.into())
    }

    /// Does not give the role that was asked for.
    async fn deny_access_request(
        &self,
        door: &Context<'_>,
        id: ID,
        answer: Option<String>,
    ) -> Result<RequestView> {
        Ok(deny(door::ctx(door)?, door::id("id", &id)?, answer).await?.into())
    }

    /// Takes your own request back.
    async fn withdraw_access_request(&self, door: &Context<'_>, id: ID) -> Result<RequestView> {
        Ok(withdraw(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }
}
