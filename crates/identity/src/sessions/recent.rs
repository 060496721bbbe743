//! Having proved lately who one is, before what could lock the owner out.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Fault, Kind, Result};
use serde_json::{Value, json};
use uuid::Uuid;

/// The caller proved too long ago who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("please prove again who you are: your last proof is too old for this")]
pub struct StepUpRequired {
    /// How old a proof may be.
    pub max_age: Duration,
}

impl Fault for StepUpRequired {
    fn kind(&self) -> Kind {
        Kind::Denied
    }

    fn code(&self) -> &'static str {
        "auth.step_up_required"
    }

    fn details(&self) -> Option<Value> {
        Some(json!({ "max_age_secs": self.max_age.as_secs() }))
    }
}

/// Whoever is about to change what they prove themselves with must have proved themselves lately. Others, who manage the
/// entity, are not asked.
///
/// # Errors
/// [`StepUpRequired`].
pub(crate) fn require_recent(ctx: &Ctx, entity: Uuid) -> Result<(), StepUpRequired> {
    let Some(who) = ctx.caller().signed_in().filter(|who| who.entity == entity) else { return Ok(()) };
    let max_age = ctx.ground().settings().step_up_max_age_secs;
    match who.since {
        Some(since) if ctx.now() < since.plus(max_age) => Ok(()),
        _ => Err(StepUpRequired { max_age }),
    }
}
