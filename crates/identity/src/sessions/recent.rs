//! Having proved lately who one is, before what could lock the owner out.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::{Fault, Kind, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::factors;

/// The caller proved too long ago, or with too little, who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepUpRequired {
    /// Too long ago.
    #[error("please prove again who you are: your last proof is too old for this")]
    TooOld {
        /// How old a proof may be.
        max_age: Duration,
    },
    /// Without the second factor that they have.
    #[error("please prove again who you are: this needs your second factor")]
    SecondFactor,
}

impl Fault for StepUpRequired {
    fn kind(&self) -> Kind {
        Kind::Denied
    }

    fn code(&self) -> &'static str {
        "auth.step_up_required"
    }

    fn details(&self) -> Option<Value> {
        Some(match self {
            StepUpRequired::TooOld { max_age } => json!({ "max_age_secs": max_age.as_secs() }),
            StepUpRequired::SecondFactor => json!({ "second_factor": true }),
        })
    }
}

/// Whoever is about to change what they prove themselves with must have proved themselves lately, and with a second factor
/// if they have one: who knows only the password must not get rid of the rest. Others, who manage the entity, are not
/// asked.
///
/// # Errors
/// [`StepUpRequired`].
pub(crate) async fn require_recent(ctx: &Ctx, entity: Uuid) -> Result<()> {
    let Some(who) = ctx.caller().signed_in().filter(|who| who.entity == entity) else { return Ok(()) };
    let max_age = ctx.ground().settings().step_up_max_age_secs;
    match who.since {
        Some(since) if ctx.now() < since.plus(max_age) => {}
        _ => return Err(StepUpRequired::TooOld { max_age }.into()),
    }
    if !who.methods.mfa() && factors::has_any(&ctx.reader(), entity).await? {
        return Err(StepUpRequired::SecondFactor.into());
    }
    Ok(())
}
