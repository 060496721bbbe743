//! Bringing a deleted tenant back.

use atoll_access::tenancy::ADMINISTER;
use atoll_access::tombstones::{self, TombstoneFault};
use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, TenantStatus};
use uuid::Uuid;

use super::model::Tenant;
use super::store;
use crate::credentials;

/// Brings the tenant back, active, with everything in it. Credentials that ended because it was deleted count again, but
/// for certificates, which do not come back once they were revoked; sessions stay ended.
pub async fn restore(ctx: &Ctx, id: Uuid) -> Result<Tenant> {
    ctx.require(&ADMINISTER, &Within::<Tenant>::platform())?;
    let missing = || TombstoneFault::NothingToRestore { kind: "tenant", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let mut tenant = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    let before = tenant.state();
    tenant.status = TenantStatus::Active;
    tenant.deleted_at = None;
    tenant.deleted_by = None;
    tenant.updated_by = ctx.caller().entity_id();
    tenant.updated_at = Some(ctx.now());
    tombstones::unless_taken(store::save(&tx, &allowed, &tenant).await)?;
    let restored = credentials::restore_of_tenant(&tx, &allowed.part(), id, super::DELETED).await?;
    tx.record(
        &allowed,
        Event::new("tenant.restore")
            .on("tenant", id)
            .detail("tenant_name", tenant.name.clone())
            .detail("restored_credentials", restored)
            .before(before)
            .after(tenant.state())
            .change(Change::Put(tenant.fact())),
    );
    tx.commit().await?;
    Ok(tenant)
}
