//! Asking for a role.

use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::Subject;
use uuid::Uuid;

use super::model::{AccessRequest, LONGEST, RequestFault, RequestState, WAITING_MAX, WORDS_MAX};
use super::store;
use crate::{roles, subjects, tenancy};

/// Everybody asks for themselves, but not with a scoped token.
pub(crate) const RULE: Rule = Rule::any(&[]).or_self();

/// What is needed for a request.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// The role.
    pub role: Uuid,
    /// Why.
    pub reason: String,
    /// For how long; none means until it is taken away.
    pub lasts: Option<Duration>,
}

/// Asks for a role that the caller could be given: one of a tenant that it belongs to or, for an entity of the platform, of
/// the platform. Any other is not found.
pub async fn ask(ctx: &Ctx, new: NewRequest) -> Result<AccessRequest> {
    let requester = ctx.signed_in()?.entity;
    let reason = new.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > WORDS_MAX {
        return Err(RequestFault::Reason.into());
    }
    if new.lasts.is_some_and(|lasts| lasts < Duration::from_secs(60) || lasts > LONGEST) {
        return Err(RequestFault::Lasts.into());
    }
    let role = roles::store::find_any(&ctx.reader(), new.role).await?;
    let missing = || Common::not_found("role", new.role);
    let role = role.filter(|role| role.deleted_at.is_none()).ok_or_else(missing)?;
    let request = AccessRequest {
        id: ctx.new_id(),
        tenant: role.tenant,
        requester,
        role: role.id,
        reason,
        lasts: new.lasts,
        state: RequestState::Pending,
        decided_by: None,
        decided_at: None,
        answer: None,
        assignment: None,
        expires: None,
        created_at: ctx.now(),
    };
    let allowed = ctx.require(&RULE, &request)?;
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, role.tenant).await?;
    if subjects::may_receive(&tx, Subject::Entity(requester), role.tenant).await.is_err() {
        return Err(missing().into());
    }
    let (waiting, asked) = store::waiting(&tx, requester, role.id).await?;
    if asked {
        return Err(RequestFault::Asked.into());
    }
    if waiting >= WAITING_MAX {
        return Err(RequestFault::TooMany.into());
    }
    store::insert(&tx, &allowed, &request).await?;
    tx.record(
        &allowed,
        Event::new("access_request.create")
            .of(request.tenant)
            .on("access_request", request.id)
            .after(request.state()),
    );
    tx.commit().await?;
    Ok(request)
}
