//! Removing a policy test.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::{find, store};
use crate::tenancy;

/// Who may remove tests.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]).even_inactive();

/// Removes the test.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, Some(known.tenant)).await?;
    if !store::delete(&tx, &allowed, id).await? {
        return Err(Common::not_found("policy test", id).into());
    }
    let event = Event::new("policy_test.delete").on("policy_test", id).of(Some(known.tenant));
    tx.record(&allowed, event.before(known.state()));
    tx.commit().await?;
    Ok(())
}
