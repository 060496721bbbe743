//! Removing a guardrail.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::model::Verdict;
use super::{find, store};
use crate::{overrides, tenancy};

/// Who may remove guardrails.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]).even_inactive();

/// Removes the guardrail, seeded ones too.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    if known.verdict == Verdict::RequireOverride {
        // Else one person alone could lift what takes two.
        let used = overrides::removal(&tx, &known).await?;
        tx.record(&allowed, used);
    }
    if !store::delete(&tx, &allowed, id).await? {
        return Err(Common::not_found("action assignment rule", id).into());
    }
    tx.record(
        &allowed,
        Event::new("action_assignment_rule.delete").on("action_assignment_rule", id).before(known.state()),
    );
    tx.commit().await?;
    Ok(())
}
