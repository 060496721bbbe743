//! Taking the second factors of somebody away who lost them all.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::forget::forget_entity;
use crate::{entities, sessions};

/// Whoever manages the entity, and not the entity itself: that one removes them one by one, having proved who it is.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]).unscoped();

/// Takes every second factor of another entity away, and ends its sessions; how many there were. The password stays.
pub async fn reset(ctx: &Ctx, entity: Uuid) -> Result<u64> {
    let known = entities::known(ctx, entity).await?;
    let allowed = ctx.require(&RULE, &known)?;
    if ctx.caller().entity_id() == Some(entity) {
        return Err(Common::Forbidden.into());
    }
    let mut tx = ctx.begin().await?;
    let removed = forget_entity(&tx, &allowed, entity).await?;
    tx.record(
        &allowed,
        Event::new("factors.reset").of(known.tenant).on("entity", entity).detail("count", removed),
    );
    sessions::revoke_of_entity(&mut tx, &allowed.part(), entity, None).await?;
    tx.commit().await?;
    Ok(removed)
}
