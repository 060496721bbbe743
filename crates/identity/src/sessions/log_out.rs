//! Signing out.

use atoll_base::ctx::{Ctx, Rule};
use atoll_base::{Event, Result};

use super::model::SessionAt;
use super::store::{self, Which};

/// Everybody may end their own session.
pub(crate) const RULE: Rule = Rule::any(&[]).or_self();

/// Ends the caller's session. Whoever came with an access token has none, and nothing happens.
pub async fn log_out(ctx: &Ctx) -> Result<()> {
    let caller = ctx.signed_in()?;
    let Some(session) = caller.session else { return Ok(()) };
    // Also with a token that may be used for nothing else: ending it takes nothing from anybody.
    let by = if caller.ceiling.is_some() { ctx.as_platform("log out") } else { ctx.clone() };
    let allowed = by.require(&RULE, &SessionAt { entity: caller.entity, tenant: caller.tenant })?;
    let mut tx = by.begin().await?;
    if store::revoke(&tx, &allowed, Which::One(session)).await? > 0 {
        tx.record(
            &allowed,
            Event::new("auth.logout").on("entity", caller.entity).detail("session_id", session.to_string()),
        );
    }
    tx.commit().await?;
    Ok(())
}
