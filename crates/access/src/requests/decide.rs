//! Deciding about a request.

use atoll_base::ctx::{Ctx, May, Rule, Tx};
use atoll_base::{Common, Event, Moment, Result};
use atoll_policy::Subject;
use uuid::Uuid;

use super::ask;
use super::model::{AccessRequest, RequestFault, RequestState, WORDS_MAX};
use super::{find, store};
use crate::assignments::{self, NewAssignment};
use crate::term::Term;

/// Who decides: whoever gives roles there, though not about their own requests.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// Gives the role, for as long as was asked or until `expires`. Guardrails and the grantor's bound hold as for any
/// assignment.
pub async fn approve(
    ctx: &Ctx,
    id: Uuid,
    expires: Option<Moment>,
    answer: Option<String>,
) -> Result<AccessRequest> {
    let known = by_another(ctx, id, answer.as_deref()).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut request = undecided(&tx, id).await?;
    let asked = request.lasts.map(|lasts| ctx.now().plus(lasts));
    let term = Term { not_before: None, expires: expires.or(asked), reason: Some(request.reason.clone()) };
    let new = NewAssignment {
        tenant: request.tenant,
        subject: Subject::Entity(request.requester),
        role: request.role,
        term,
    };
    let assignment = assignments::give(&mut tx, &allowed.part(), new).await?;
    let before = request.state();
    request.state = RequestState::Approved;
    request.assignment = Some(assignment.id);
    request.expires = assignment.term.expires;
    decided(ctx, &mut request, answer);
    store::save(&tx, &allowed, &request).await?;
    tx.record(&allowed, event("access_request.approve", &request, before));
    tx.commit().await?;
    Ok(request)
}

/// Does not give the role.
pub async fn deny(ctx: &Ctx, id: Uuid, answer: Option<String>) -> Result<AccessRequest> {
    let known = by_another(ctx, id, answer.as_deref()).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut request = undecided(&tx, id).await?;
    let before = request.state();
    request.state = RequestState::Denied;
    decided(ctx, &mut request, answer);
    store::save(&tx, &allowed, &request).await?;
    tx.record(&allowed, event("access_request.deny", &request, before));
    tx.commit().await?;
    Ok(request)
}

/// Takes one's own request back.
pub async fn withdraw(ctx: &Ctx, id: Uuid) -> Result<AccessRequest> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&ask::RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut request = undecided(&tx, id).await?;
    let before = request.state();
    request.state = RequestState::Withdrawn;
    decided(ctx, &mut request, None);
    store::save(&tx, &allowed, &request).await?;
    tx.record(&allowed, event("access_request.withdraw", &request, before));
    tx.commit().await?;
    Ok(request)
}

async fn by_another(ctx: &Ctx, id: Uuid, answer: Option<&str>) -> Result<AccessRequest> {
    let known = find::known(ctx, id).await?;
    if ctx.caller().entity_id() == Some(known.requester) {
        return Err(RequestFault::Own.into());
    }
    if answer.is_some_and(|answer| answer.chars().count() > WORDS_MAX) {
        return Err(RequestFault::Answer.into());
    }
    Ok(known)
}

async fn undecided(tx: &Tx, id: Uuid) -> Result<AccessRequest> {
    let request = store::lock(tx, id).await?.ok_or_else(|| Common::not_found("access request", id))?;
    if request.state == RequestState::Pending { Ok(request) } else { Err(RequestFault::Decided.into()) }
}

fn decided(ctx: &Ctx, request: &mut AccessRequest, answer: Option<String>) {
    request.decided_by = ctx.caller().entity_id();
    request.decided_at = Some(ctx.now());
    request.answer = answer.map(|answer| answer.trim().to_owned()).filter(|answer| !answer.is_empty());
}

fn event(name: &'static str, request: &AccessRequest, before: serde_json::Value) -> Event {
    Event::new(name).of(request.tenant).on("access_request", request.id).before(before).after(request.state())
}
