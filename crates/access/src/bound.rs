//! Nobody hands out more than they have: the one place where that is asked, before every commit.

use atoll_base::ctx::{Guard, Proposal};
use atoll_base::{Event, Fault, Kind, Outcome, Result};

/// The caller would hand out what they do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("forbidden")]
pub struct ExceedsGrantor;

impl Fault for ExceedsGrantor {
    fn kind(&self) -> Kind {
        Kind::Denied
    }

    fn code(&self) -> &'static str {
        "grant.exceeds_grantor"
    }
}

/// Refuses changes by which somebody would receive, or be released from a deny of, something that the caller does not
/// have; see [`World::exceeding`](atoll_policy::World::exceeding).
pub(crate) struct Bound;

#[async_trait::async_trait]
impl Guard for Bound {
    async fn check(&self, proposal: &mut Proposal<'_>) -> Result<()> {
        let Proposal { ctx, before, after, changes, .. } = proposal;
        let Some(caller) = ctx.caller().signed_in() else { return Ok(()) };
        let now = ctx.now().0;
        match before.exceeding(caller.entity, caller.ceiling.as_deref(), now, after, changes) {
            None => Ok(()),
            Some(exceeding) => {
                let refused = Event::new("access.refused")
                    .of(caller.tenant)
                    .detail("exceeds_grantor", exceeding.action.as_ref())
                    .ended(Outcome::Deny, "forbidden");
                ctx.note(refused);
                Err(ExceedsGrantor.into())
            }
        }
    }
}
