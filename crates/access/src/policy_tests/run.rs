//! Running the tests of a tenant.

use atoll_base::Result;
use atoll_base::ctx::{Ctx, Within};
use uuid::Uuid;

use super::find::READ;
use super::model::PolicyTest;
use super::store;
use crate::drafts;

/// What came of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// What came of each test, by name.
    pub verdicts: Vec<Verdict>,
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The test.
    pub test: PolicyTest,
    /// Whether the answer was the expected one.
    pub passed: bool,
    /// Why the subject may, or may not.
    pub reason: String,
}

/// Asks every test of the tenant, in the world as it is or as a draft would make it.
pub async fn run(ctx: &Ctx, tenant: Uuid, draft: Option<Uuid>) -> Result<Ran> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<PolicyTest>::tenant(Some(tenant)))?;
    let mut world = ctx.world()?;
    if let Some(draft) = draft {
        let draft = drafts::find(ctx, draft).await?;
        world = world.apply(&draft.changes()).into();
    }
    let now = ctx.now();
    let judged = |test: PolicyTest| {
        let decision = test.ask(&world, now)?;
        Ok(Verdict { passed: decision.allowed == test.may, reason: decision.reason.to_string(), test })
    };
    let tests = store::of_tenants(&ctx.reader(), &[tenant]).await?;
    Ok(Ran { verdicts: tests.into_iter().map(judged).collect::<Result<_>>()? })
}
