//! Who deals with webhooks: whoever may manage the tenant, or the platform, and read its audit log.

use atoll_base::ctx::{Allowed, Ctx, Guarded, May, Rule};
use atoll_base::{Common, Event, Outcome, Result};

use super::model::Webhook;
use crate::audit;

/// The first half; the second is asked where the audit log asks it.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("manage")]).even_inactive();

/// The witness, for those who may do both.
pub(super) fn admit<'c, G: Guarded<Noun = Webhook>>(ctx: &'c Ctx, on: &G) -> Result<Allowed<'c, Webhook>> {
    ctx.signed_in()?;
    let allowed = ctx.require(&RULE, on)?;
    if !audit::reads(ctx, on.tenant())? {
        let refused = Event::new("access.refused").of(on.tenant()).detail("actions", vec!["manage", "read"]);
        ctx.note(refused.ended(Outcome::Deny, "forbidden"));
        return Err(Common::Forbidden.into());
    }
    Ok(allowed)
}
