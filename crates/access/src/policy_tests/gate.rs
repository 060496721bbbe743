//! Letting the tests of a tenant refuse changes.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result};
use serde_json::json;
use uuid::Uuid;

use super::model::PolicyTest;
use super::store;
use crate::tenancy;

/// Who may switch the gate.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]).even_inactive();

/// Lets tests of the tenant that would begin to fail refuse changes in it from now on, or no longer.
pub async fn gate(ctx: &Ctx, tenant: Uuid, on: bool) -> Result<bool> {
    ctx.signed_in()?;
    let allowed = ctx.require(&RULE, &Within::<PolicyTest>::tenant(Some(tenant)))?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, Some(tenant)).await?;
    let before = !store::gated(tx.conn(), &[tenant]).await?.is_empty();
    if before == on {
        return Ok(on);
    }
    if on {
        store::close_gate(&tx, &allowed, tenant).await?;
    } else {
        store::open_gate(&tx, &allowed, tenant).await?;
    }
    let event = Event::new("policy_test.gate").on("tenant", tenant).of(Some(tenant));
    tx.record(&allowed, event.before(json!({ "gated": before })).after(json!({ "gated": on })));
    tx.commit().await?;
    Ok(on)
}
