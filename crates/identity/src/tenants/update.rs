//! Changing a tenant.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::model::{Tenant, TenantPatch};
use super::{find, store};

/// Who may change a tenant; the platform's administrators also one that is not active.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("manage"), May::scope("manage")]).even_inactive();

/// Applies the patch.
pub async fn update(ctx: &Ctx, id: Uuid, patch: TenantPatch) -> Result<Tenant> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut tenant = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("tenant", id))?;
    let before = tenant.state();
    let fields = tenant.apply(patch, ctx.caller().entity_id(), ctx.now());
    store::save(&tx, &allowed, &tenant).await?;
    tx.record(
        &allowed,
        Event::new("tenant.update")
            .on("tenant", id)
            .detail("updated_fields", fields)
            .before(before)
            .after(tenant.state())
            .change(Change::Put(tenant.fact())),
    );
    tx.commit().await?;
    Ok(tenant)
}
