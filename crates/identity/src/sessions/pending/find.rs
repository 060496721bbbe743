//! Finding a sign-in by its token.

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Result, Secret};

use super::model::{MOST_FAILURES, Pending, Purposed};
use super::store;
use crate::one_time::OneTime;

/// The sign-in that a token belongs to, if it still waits.
pub(in crate::sessions) async fn find(ctx: &Ctx, token: &Secret<String>) -> Result<Option<Pending>> {
    let Some(given) = OneTime::<Purposed>::parse(token.reveal()) else { return Ok(None) };
    let found = store::find(&ctx.reader(), given.id).await?;
    Ok(found.filter(|one| {
        given.is(ctx.ground(), &one.verifier) && one.failures < MOST_FAILURES && ctx.now() < one.expires_at
    }))
}

/// Counts a wrong second factor.
pub(in crate::sessions) async fn fail(ctx: &Ctx, pending: &Pending) -> Result<()> {
    let ctx = ctx.as_platform("sign in");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Pending>::platform())?;
    let tx = ctx.begin().await?;
    store::count_failure(&tx, &allowed, pending.id).await?;
    tx.commit().await?;
    Ok(())
}
