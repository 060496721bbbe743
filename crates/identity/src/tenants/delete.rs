//! Deleting a tenant: a tombstone that hides everything in it and ends every way in.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, TenantStatus};
use uuid::Uuid;

use super::{find, store};
use crate::{credentials, sessions};

/// Only the platform's administrators delete tenants.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("manage")]).even_inactive();

/// Soft-deletes: the tenant's entities lose their credentials and sessions; everything else stays as it is, hidden.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut tenant = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("tenant", id))?;
    let before = tenant.state();
    tenant.status = TenantStatus::Deleted;
    tenant.deleted_at = Some(ctx.now());
    tenant.deleted_by = ctx.caller().entity_id();
    tenant.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &tenant).await?;
    let revoked = credentials::revoke_of_tenant(&mut tx, &allowed.part(), id, super::DELETED).await?;
    sessions::revoke_of_tenant(&mut tx, &allowed.part(), id).await?;
    tx.record(
        &allowed,
        Event::new("tenant.delete")
            .on("tenant", id)
            .detail("tenant_name", tenant.name.clone())
            .detail("revoked_credentials", revoked)
            .before(before)
            .after(tenant.state())
            .change(Change::Put(tenant.fact())),
    );
    tx.commit().await?;
    Ok(())
}
