//! Explanations.

use atoll_base::Result;
use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::decisions::RevisionToken;
use atoll_policy::{Explanation, Insight};

use super::decide::{BadSelector, bounded, event, named, own_session, question, revision, world_of};
use super::request::{Answer, CheckRequest};

/// Only the platform's policy administrators see everything a subject holds.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("policy.manage"), May::platform("manage")]);

/// A decision, how it came about, and what it was decided on.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Everything that was looked at, up to what decided.
    pub explanation: Explanation,
    /// Everything else: what was considered and what would turn the answer round.
    pub insight: Insight,
    /// The revisions of the platform and of the object's tenant.
    pub revision: RevisionToken,
}

/// Decides a question and says how. That somebody looked is kept in the ledger.
pub async fn explain(ctx: &Ctx, request: &CheckRequest) -> Result<Explained> {
    ctx.signed_in()?;
    let allowed = ctx.require(&RULE, &Within::<Explanation>::platform())?;
    named(&request.action)?;
    let context = bounded(&request.context)?;
    let world = world_of(ctx, request, ctx.world()?).await?;
    let session = own_session(ctx, request.subject);
    let question = question(ctx, request, &context, &session);
    let explanation = world.explain(&question).map_err(BadSelector::from)?;
    let insight = world.insight(&question).map_err(BadSelector::from)?;
    let revision = revision(&world, request);
    let answer = Answer {
        allowed: explanation.allowed,
        reason: explanation.reason.to_string(),
        lifecycle: explanation.lifecycle,
        revision: revision.clone(),
    };
    let mut tx = ctx.begin().await?;
    tx.record(&allowed, event("authz.explain", &world, request, &answer));
    tx.commit().await?;
    Ok(Explained { explanation, insight, revision })
}
