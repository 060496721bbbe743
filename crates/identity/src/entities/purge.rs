//! Removing a deleted entity for good.

use atoll_access::forget;
use atoll_access::tenancy::ADMINISTER;
use atoll_access::tombstones::{TombstoneFault, record_removal};
use atoll_base::ctx::{Allowed, Ctx, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, FactKey};
use uuid::Uuid;

use super::model::Entity;
use super::store;
use crate::credentials::certificates;
use crate::credentials::store::Which;
use crate::{credentials, memberships, tenants};

/// Removes the entity with its credentials, sessions, memberships, ownerships and grants, and with what was granted on
/// it. The ledger remembers it.
pub async fn purge(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(&ADMINISTER, &Within::<Entity>::platform())?;
    let missing = || TombstoneFault::NothingToPurge { kind: "entity", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let entity = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    remove(&mut tx, &allowed, &entity).await?;
    tx.commit().await?;
    Ok(())
}

/// The removal itself.
pub(crate) async fn remove(tx: &mut Tx, allowed: &Allowed<'_, Entity>, entity: &Entity) -> Result<()> {
    let id = entity.id;
    let credentials = credentials::store::ids(tx.conn(), Which::OfEntity(id)).await?;
    forget::entity(tx, &allowed.part(), id, &credentials).await?;
    memberships::leave_all(tx, &allowed.part(), id).await?;
    tenants::store::forget_entity(tx, &allowed.part(), id).await?;
    certificates::bury(tx, &allowed.part(), Which::OfEntity(id)).await?;
    store::delete(tx, allowed, id).await?;
    let mut changes: Vec<Change> =
        credentials.iter().map(|id| Change::Drop(FactKey::Credential { id: *id })).collect();
    changes.push(Change::Drop(FactKey::Entity { id }));
    let event = || Event::new("entity.purge").on("entity", id);
    let first = event().detail("credentials", credentials.len()).before(entity.state());
    record_removal(tx, allowed, first, &event(), changes);
    Ok(())
}
