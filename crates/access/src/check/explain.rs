//! Explanations.

use atoll_base::Result;
use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_policy::Explanation;

use super::decide::{BadSelector, bounded, event, own_session, question};
use super::request::{Answer, CheckRequest};

/// Only the platform's policy administrators see everything a subject holds.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("policy.manage"), May::platform("manage")]);

/// Decides a question and says how. That somebody looked is kept in the ledger.
pub async fn explain(ctx: &Ctx, request: &CheckRequest) -> Result<Explanation> {
    ctx.signed_in()?;
    let allowed = ctx.require(&RULE, &Within::<Explanation>::platform())?;
    let context = bounded(&request.context)?;
    let world = ctx.world()?;
    let session = own_session(ctx, request.subject);
    let explanation =
        world.explain(&question(ctx, request, &context, &session)).map_err(BadSelector::from)?;
    let answer = Answer {
        allowed: explanation.allowed,
        reason: explanation.reason.to_string(),
        lifecycle: explanation.lifecycle,
    };
    let mut tx = ctx.begin().await?;
    tx.record(&allowed, event("authz.explain", &world, request, &answer));
    tx.commit().await?;
    Ok(explanation)
}
