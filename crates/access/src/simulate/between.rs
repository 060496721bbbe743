//! What happened to access between two revisions.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::decisions::RevisionToken;
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, Comparison, World};
use uuid::Uuid;

use super::outcome::{BUDGET, Outcome, TOLD};

/// Who may see what was: whoever deals with policies in the tenant, or at the platform.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();

/// Who gained and lost what between two revisions, `to` being now if it is not given; to objects of a tenant, or of all.
/// That somebody looked is kept in the ledger.
pub async fn between(
    ctx: &Ctx,
    tenant: Option<Uuid>,
    from: &RevisionToken,
    to: Option<&RevisionToken>,
) -> Result<Outcome> {
    ctx.signed_in()?;
    ctx.require(&RULE, &Within::<Outcome>::tenant(tenant))?;
    let decisions = ctx.ground().decisions();
    let current = ctx.world()?;
    let to = match to {
        Some(to) => to.clone(),
        None => RevisionToken::of(&current, from.entries().map(|(stream, _)| stream)),
    };
    let (before, after): (Arc<World>, Arc<World>) =
        (decisions.as_of(from).await?, decisions.as_of(&to).await?);
    let changes: Vec<Change> = decisions.changes_between(from, &to).await?;
    ctx.note(
        Event::new("access.compare").of(tenant).detail("from", from.to_string()).detail("to", to.to_string()),
    );
    let how = Comparison { now: ctx.now().0, tenant, limit: TOLD, budget: BUDGET };
    let compare = tokio::task::spawn_blocking(move || before.differences(&after, &changes, &how));
    let found = compare.await.map_err(|panic| Common::bug(format!("a comparison broke off: {panic}")))?;
    let mut outcome = Outcome { complete: found.complete, ..Outcome::default() };
    for shift in found.shifts {
        if shift.gained { outcome.gained.push(shift.into()) } else { outcome.lost.push(shift.into()) }
    }
    Ok(outcome)
}
