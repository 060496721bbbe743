//! Checks.

use std::sync::Arc;
use std::time::Instant;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::decisions::{Asked, RevisionToken};
use atoll_base::ledger::PLATFORM_STREAM;
use atoll_base::metrics::{DecisionLabels, DecisionResult};
use atoll_base::{Common, Event, Fault, Kind, Outcome, Result, fields};
use atoll_policy::{ObjectKind, Question, SelectorError, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::request::{Answer, CheckRequest};

/// Who may ask about others: in the tenant of the object, else at the platform.
pub(crate) const RULE: Rule =
    Rule::any(&[May::scope("authz.check"), May::scope("policy.manage"), May::scope("manage")])
        .even_inactive();

/// Most checks in one request.
pub const MAX_BULK: usize = 20;

/// The question names no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct BadSelector(#[from] SelectorError);

impl Fault for BadSelector {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "check.selector"
    }
}

/// Decides one question. Everybody may ask about themselves; about others, whoever may check in the object's tenant.
pub async fn check(ctx: &Ctx, request: &CheckRequest) -> Result<Answer> {
    let now = ctx.world()?;
    permitted(ctx, &now, request)?;
    let world = world_of(ctx, request, now).await?;
    let answer = answer(ctx, &world, request)?;
    if request.as_of.is_none() && !ctx.is_tried() {
        keep(ctx, &world, request, &answer);
    }
    if !answer.allowed || ctx.ground().settings().audit_hot_path_allow_db_enabled {
        ctx.note(event("authz.check", &world, request, &answer));
    }
    Ok(answer)
}

/// Lets a question be kept where it is wanted; never waits.
fn keep(ctx: &Ctx, world: &Arc<World>, request: &CheckRequest, answer: &Answer) {
    let Some(object) = request.object() else { return };
    let tenant = world.object_tenant(object).flatten();
    ctx.ground().questions().note(answer.allowed, tenant, || Asked {
        at: ctx.now(),
        subject: request.subject,
        action: request.action.clone(),
        object,
        tenant,
        context: if request.context.is_null() { json!({}) } else { request.context.clone() },
        allowed: answer.allowed,
        reason: answer.reason.clone(),
        revision: answer.revision.clone(),
        world: world.clone(),
        door: request.transport.unwrap_or("graphql"),
        caller: ctx.caller().clone(),
        origin: ctx.origin().clone(),
    });
}

/// Decides a question that the caller may ask.
pub(crate) fn answer(ctx: &Ctx, world: &World, request: &CheckRequest) -> Result<Answer> {
    named(&request.action)?;
    let context = bounded(&request.context)?;
    let begun = Instant::now();
    let session = own_session(ctx, request.subject);
    let decision = world.decide(&question(ctx, request, &context, &session)).map_err(BadSelector)?;
    let result = if decision.allowed { DecisionResult::allow } else { DecisionResult::deny };
    ctx.ground()
        .metrics()
        .decision_seconds
        .get_or_create(&DecisionLabels { result })
        .observe(begun.elapsed().as_secs_f64());
    Ok(Answer {
        allowed: decision.allowed,
        reason: decision.reason.to_string(),
        lifecycle: decision.lifecycle,
        revision: revision(world, request),
    })
}

/// Decides several questions in turn; the first error ends it.
pub async fn bulk(ctx: &Ctx, requests: &[CheckRequest]) -> Result<Vec<Answer>> {
    ctx.signed_in()?;
    if requests.len() > MAX_BULK {
        return Err(Common::Invalid(format!("input must contain at most {MAX_BULK} items")).into());
    }
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        answers.push(check(ctx, request).await?);
    }
    Ok(answers)
}

/// Whether the caller may ask this. The object that opens the gate is the one that is decided about.
pub(crate) fn permitted(ctx: &Ctx, world: &World, request: &CheckRequest) -> Result<()> {
    if ctx.signed_in()?.entity == request.subject {
        return Ok(());
    }
    let tenant = request.object().and_then(|object| match object.kind {
        ObjectKind::Tenant => Some(object.id),
        ObjectKind::Resource | ObjectKind::Entity => world.object_tenant(object).flatten(),
        _ => None,
    });
    ctx.require(&RULE, &Within::<Answer>::tenant(tenant))?;
    Ok(())
}

/// The question to the world. The ceiling and the session of the caller concern the caller only.
pub(super) fn question<'a>(
    ctx: &'a Ctx,
    request: &'a CheckRequest,
    context: &'a Value,
    session: &'a Value,
) -> Question<'a> {
    let own = ctx.caller().entity_id() == Some(request.subject);
    Question {
        subject: request.subject,
        action: &request.action,
        object: request.selector(),
        context,
        session,
        now: ctx.now().0,
        ceiling: ctx.caller().ceiling().filter(|_| own),
        administrative: false,
    }
}

/// The world that is asked: the current one, or the one of long ago for those who may see what was.
pub(super) async fn world_of(ctx: &Ctx, request: &CheckRequest, now: Arc<World>) -> Result<Arc<World>> {
    match &request.as_of {
        None => Ok(now),
        Some(token) => {
            ctx.require(&super::explain::RULE, &Within::<Answer>::platform())?;
            ctx.ground().decisions().as_of(token).await
        }
    }
}

/// What a decision about the object was made on.
pub(super) fn revision(world: &World, request: &CheckRequest) -> RevisionToken {
    let tenant = request.object().and_then(|object| world.object_tenant(object)).flatten();
    RevisionToken::of(world, [PLATFORM_STREAM].into_iter().chain(tenant))
}

/// What is known about the caller's proof, when the question is about the caller.
pub(crate) fn own_session(ctx: &Ctx, subject: Uuid) -> Value {
    match ctx.caller().signed_in() {
        Some(signed_in) if signed_in.entity == subject => signed_in.session_facts(ctx.origin()),
        _ => json!({}),
    }
}

/// Longest name of an action, in characters.
const ACTION_MAX: usize = 255;

/// The name could be that of an action.
pub(super) fn named(action: &str) -> Result<()> {
    if action.chars().count() > ACTION_MAX || action.chars().any(char::is_control) {
        let why = format!("action must be at most {ACTION_MAX} characters and no control characters");
        return Err(Common::Invalid(why).into());
    }
    Ok(())
}

/// The context within its bounds.
pub(crate) fn bounded(context: &Value) -> Result<Value> {
    match context {
        Value::Null => Ok(json!({})),
        other => Ok(fields::json("context", other.clone())?),
    }
}

/// What the ledger remembers of a question.
pub(super) fn event(name: &'static str, world: &World, request: &CheckRequest, answer: &Answer) -> Event {
    let outcome = if answer.allowed { Outcome::Allow } else { Outcome::Deny };
    let mut event = Event::new(name)
        .detail("subject_id", json!(request.subject))
        .detail("action", request.action.clone())
        .detail("resource_id", json!(request.resource_id))
        .detail("object_kind", json!(request.object_kind))
        .detail("object_id", json!(request.object_id))
        .detail("reason", answer.reason.clone())
        .ended(outcome, answer.reason.clone());
    if let Some(tenant) = answer.lifecycle {
        event = event
            .detail("tenant_id", json!(tenant.tenant_id))
            .detail("tenant_status", tenant.tenant_status.as_str());
    }
    if let Some(as_of) = &request.as_of {
        event = event.detail("as_of", as_of.to_string());
    }
    if let Some(transport) = request.transport {
        event = event.detail("transport", transport);
    }
    match request.object() {
        Some(object) if object.kind != ObjectKind::Platform => {
            event.of(world.object_tenant(object).flatten()).on(object.kind.as_str(), object.id)
        }
        _ => event,
    }
}
