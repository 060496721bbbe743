//! Enabling, disabling and freezing a tenant.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, TenantStatus, World};
use uuid::Uuid;

use super::model::Tenant;
use super::{find, store};

/// Only the platform's administrators change the life of a tenant.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("manage")]).even_inactive();

/// Whether a tenant is in use. The platform, where whoever has no tenant is at home, always is.
pub(crate) fn in_use(world: &World, tenant: Option<Uuid>) -> bool {
    let Some(tenant) = tenant else { return true };
    world.tenant(tenant).is_some_and(|tenant| tenant.status == TenantStatus::Active)
}

/// Sets the status; deleting has its own verb.
pub async fn set_status(ctx: &Ctx, id: Uuid, status: TenantStatus) -> Result<Tenant> {
    let event = match status {
        TenantStatus::Active => "tenant.enable",
        TenantStatus::Inactive => "tenant.disable",
        TenantStatus::Frozen => "tenant.freeze",
        TenantStatus::Deleted => {
            return Err(Common::Invalid("use delete tenant to apply the soft-delete lifecycle".into()).into());
        }
    };
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut tenant = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("tenant", id))?;
    let before = tenant.state();
    tenant.status = status;
    tenant.updated_by = ctx.caller().entity_id();
    tenant.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &tenant).await?;
    tx.record(
        &allowed,
        Event::new(event)
            .on("tenant", id)
            .before(before)
            .after(tenant.state())
            .change(Change::Put(tenant.fact())),
    );
    tx.commit().await?;
    Ok(tenant)
}
