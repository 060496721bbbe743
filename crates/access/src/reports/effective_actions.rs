//! What somebody may do to something: one decision for each action that applies.

use atoll_base::ctx::Ctx;
use atoll_base::{Event, Result};
use atoll_policy::ObjectRef;
use serde_json::json;
use uuid::Uuid;

use crate::actions;
use crate::check::{CheckRequest, answer, permitted};
use crate::target;

/// An action and whether the subject may do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Name of the action.
    pub action: String,
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
}

/// Decides every action that may be asked about the object, by name. Whoever may check may ask; asking about others is
/// remembered.
pub async fn effective_actions(ctx: &Ctx, request: CheckRequest) -> Result<Vec<Effective>> {
    let world = ctx.world()?;
    permitted(ctx, &world, &request)?;
    let object = request.selector().resolve().map_err(crate::check::BadSelector::from)?;
    let about = target::known(&world, object);
    let mut found = Vec::new();
    for action in actions::store::applying_to(&ctx.reader(), &about).await? {
        let asked = CheckRequest { action, ..request.clone() };
        let answer = answer(ctx, &world, &asked)?;
        found.push(Effective { action: asked.action, allowed: answer.allowed, reason: answer.reason });
    }
    if ctx.caller().entity_id() != Some(request.subject) {
        ctx.note(event(request.subject, object, world.object_tenant(object).flatten(), &found));
    }
    Ok(found)
}

fn event(subject: Uuid, object: ObjectRef, tenant: Option<Uuid>, found: &[Effective]) -> Event {
    let allowed: Vec<&str> = found.iter().filter(|one| one.allowed).map(|one| one.action.as_str()).collect();
    Event::new("authz.effective_actions")
        .of(tenant)
        .on(object.kind.as_str(), object.id)
        .detail("subject_id", json!(subject))
        .detail("allowed", json!(allowed))
}
