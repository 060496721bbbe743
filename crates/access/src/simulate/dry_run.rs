//! What is told about a dry run.

use atoll_base::ctx::{Ctx, Tried, Within};
use atoll_base::{Error, Event, Fault as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::outcome::{Outcome, compared};
use super::replay::{Replay, Replayed, replay};
use crate::policy_tests::{self, PolicyTest, PolicyTestsFail};
use crate::rules::{GuardrailFault, Verdict};

/// What a dry run is to tell besides who gains and who loses what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wish {
    /// Ask recorded questions again.
    #[serde(default)]
    pub replay: Option<Replay>,
}

/// What came of a dry run. In JSON the fields of the outcome and `{guardrails, policyTests, replayed}`.
#[derive(Clone, Debug, Serialize)]
pub struct DryRun {
    /// Who would gain and who would lose what.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The guardrails that refused something, or require an override for it, each with what would have been received.
    pub guardrails: Vec<Value>,
    /// The policy tests that refused something or would begin to fail, in tenants where the caller deals with policies.
    #[serde(rename = "policyTests")]
    pub policy_tests: Vec<Value>,
    /// Recorded questions, asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replayed: Option<Replayed>,
}

/// What a trial would have done, as far as the caller may know. That somebody tried is kept in the ledger.
pub async fn dry_run<'e>(
    ctx: &Ctx,
    tried: Tried,
    wish: &Wish,
    refused: impl IntoIterator<Item = &'e Error>,
) -> Result<DryRun> {
    ctx.note(Event::new("access.dry_run").detail("changes", tried.changes.len()));
    let refused: Vec<&Error> = refused.into_iter().collect();
    let guardrails = refused.iter().filter_map(|error| error.fault().map(speaking)).collect();
    let policy_tests = failing(ctx, &tried, &refused).await?;
    let replayed = match &wish.replay {
        Some(wish) => Some(replay(ctx, &tried, wish).await?),
        None => None,
    };
    let outcome = compared(ctx, tried).await?;
    Ok(DryRun { outcome, guardrails, policy_tests, replayed })
}

/// What a guardrail has against something: its error, with what it says.
fn speaking(fault: &GuardrailFault) -> Value {
    let verdict = match fault {
        GuardrailFault::Rejected(_) => Verdict::Deny,
        GuardrailFault::NeedsOverride(_) => Verdict::RequireOverride,
    };
    let mut shown = fault.details().unwrap_or_default();
    shown["decision"] = verdict.as_str().into();
    shown["message"] = fault.to_string().into();
    shown
}

/// The tests that refused something, and those that would begin to fail where none refuses.
async fn failing(ctx: &Ctx, tried: &Tried, refused: &[&Error]) -> Result<Vec<Value>> {
    let faults = refused.iter().filter_map(|error| error.fault::<PolicyTestsFail>());
    let mut failing: Vec<PolicyTest> = faults.flat_map(|fault| fault.failing.clone()).collect();
    let may_know = |tenant| ctx.may(&policy_tests::READ, &Within::<PolicyTest>::tenant(Some(tenant)));
    let worlds = (&*tried.before, &*tried.after);
    failing
        .extend(policy_tests::would_fail(&ctx.reader(), worlds, &tried.changes, ctx.now(), may_know).await?);
    Ok(failing.iter().map(policy_tests::shown).collect())
}
