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
    let allowed = ctx.require(&RULE, &SessionAt { entity: caller.entity, tenant: caller.tenant })?;
    let mut tx = ctx.begin().await?;
    if store::revoke(&tx, &allowed, Which::One(session)).await? > 0 {
        tx.record(
            &allowed,
            Event::new("auth.logout").on("entity", caller.entity).detail("session_id", session.to_string()),
        );
    }
    tx.commit().await?;
    Ok(())
}
