//! Refusing changes that would make tests fail, where a tenant wants that.

use atoll_base::ctx::{Guard, Proposal};
use atoll_base::{Fault, Kind, Moment, Result};
use atoll_policy::{Change, World};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{PolicyTest, is_about_policies};
use super::store;
use super::touched::touched;

/// Policy tests would begin to fail.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", said(failing))]
pub struct PolicyTestsFail {
    /// Those tests, at least one.
    pub failing: Vec<PolicyTest>,
}

fn said(failing: &[PolicyTest]) -> String {
    let names: Vec<String> = failing.iter().take(5).map(|test| format!("'{}'", test.name)).collect();
    let more = if failing.len() > 5 { " and others" } else { "" };
    format!(
        "refused by policy tests of the tenant that would fail: {}{more}; change them, or switch their gate off",
        names.join(", ")
    )
}

impl Fault for PolicyTestsFail {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        "policy_test.failed"
    }

    fn details(&self) -> Option<Value> {
        Some(json!({ "policyTests": self.failing.iter().map(shown).collect::<Vec<_>>() }))
    }
}

/// A failing test as errors and dry runs show it.
pub(crate) fn shown(test: &PolicyTest) -> Value {
    json!({ "id": test.id, "name": test.name, "tenantId": test.tenant, "may": test.may })
}

/// Asks the tests of the tenants that a change touches.
pub(crate) struct Gate;

#[async_trait::async_trait]
impl Guard for Gate {
    async fn check(&self, proposal: &mut Proposal<'_>) -> Result<()> {
        let Proposal { ctx, conn, before, after, changes, .. } = &*proposal;
        let tenants = touched(before, after, changes);
        if tenants.is_empty() {
            return Ok(());
        }
        let gated = store::gated(*conn, &tenants).await?;
        if gated.is_empty() {
            return Ok(());
        }
        let tests = store::of_tenants(*conn, &gated).await?;
        let failing = begin_to_fail(tests, before, after, ctx.now())?;
        if failing.is_empty() { Ok(()) } else { Err(PolicyTestsFail { failing }.into()) }
    }
}

/// The tests of the tenants that changes touch, of those that `may_know` lets pass, which pass before and fail afterwards.
pub(crate) async fn would_fail(
    conn: &impl ConnectionTrait,
    worlds: (&World, &World),
    changes: &[Change],
    now: Moment,
    may_know: impl Fn(Uuid) -> Result<bool>,
) -> Result<Vec<PolicyTest>> {
    let (before, after) = worlds;
    let mut known = Vec::new();
    for tenant in touched(before, after, changes) {
        if may_know(tenant)? {
            known.push(tenant);
        }
    }
    let tests = store::of_tenants(conn, &known).await?;
    begin_to_fail(tests, before, after, now)
}

/// Those that pass before and fail afterwards. What fails because somebody or something is no longer in use does not count:
/// an account that was broken into can always be switched off.
fn begin_to_fail(
    tests: Vec<PolicyTest>,
    before: &World,
    after: &World,
    now: Moment,
) -> Result<Vec<PolicyTest>> {
    let mut failing = Vec::new();
    for test in tests {
        let is = test.ask(after, now)?;
        if is.allowed != test.may && is_about_policies(&is) && test.ask(before, now)?.allowed == test.may {
            failing.push(test);
        }
    }
    Ok(failing)
}
