//! Removing a deleted tenant for good.

use atoll_access::forget;
use atoll_access::tenancy::ADMINISTER;
use atoll_access::tombstones::{TombstoneFault, record_removal};
use atoll_base::ctx::{Allowed, Ctx, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, FactKey};
use uuid::Uuid;

use super::model::Tenant;
use super::store;
use crate::credentials::store::Which;
use crate::{credentials, endpoints, entities, memberships, sign_in_policies};

/// Removes the tenant with everything in it, and whatever was granted elsewhere to somebody or on something in it. All
/// of it or nothing. The ledger keeps what happened in the tenant.
pub async fn purge(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(&ADMINISTER, &Within::<Tenant>::platform())?;
    let missing = || TombstoneFault::NothingToPurge { kind: "tenant", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let tenant = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    remove(&mut tx, &allowed, &tenant).await?;
    tx.commit().await?;
    Ok(())
}

async fn remove(tx: &mut Tx, allowed: &Allowed<'_, Tenant>, tenant: &Tenant) -> Result<()> {
    let id = tenant.id;
    let mut changes = forget::tenant(tx, &allowed.part(), id).await?;
    let memberships = memberships::store::in_tenant(tx.conn(), id).await?;
    changes.extend(memberships.into_iter().map(|membership| Change::Drop(membership.key())));
    let credentials = credentials::store::ids(tx.conn(), Which::OfTenant(id)).await?;
    changes.extend(credentials.into_iter().map(|id| Change::Drop(FactKey::Credential { id })));
    let endpoints = endpoints::store::ids_in_tenant(tx.conn(), id).await?;
    changes.extend(endpoints.into_iter().map(|id| Change::Drop(FactKey::ApiEndpoint { id })));
    let entities = entities::store::ids_of_tenant(tx.conn(), id).await?;
    let count = entities.len();
    changes.extend(entities.into_iter().map(|id| Change::Drop(FactKey::Entity { id })));
    changes.push(Change::Drop(FactKey::Tenant { id }));
    sign_in_policies::forget(tx, allowed, id).await?;
    credentials::certificates::bury(tx, &allowed.part(), Which::OfTenant(id)).await?;
    store::delete(tx, allowed, id).await?;
    let event = || Event::new("tenant.purge").on("tenant", id);
    let first =
        event().detail("tenant_name", tenant.name.clone()).detail("entities", count).before(tenant.state());
    record_removal(tx, allowed, first, &event(), changes);
    Ok(())
}
