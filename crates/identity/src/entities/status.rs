//! Switching an entity on and off.

use atoll_access::tenancy;
use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, Status};
use uuid::Uuid;

use super::model::Entity;
use super::{find, store};

/// Who may switch an entity on or off.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("manage"), May::scope("write")]);

/// Switches an entity on.
pub async fn enable(ctx: &Ctx, id: Uuid) -> Result<Entity> {
    set(ctx, id, Status::Active, "entity.enable").await
}

/// Switches an entity off: whatever it proves itself with is refused until it is switched on again.
pub async fn disable(ctx: &Ctx, id: Uuid) -> Result<Entity> {
    set(ctx, id, Status::Inactive, "entity.disable").await
}

async fn set(ctx: &Ctx, id: Uuid, status: Status, event: &'static str) -> Result<Entity> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let mut entity = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    if status == Status::Active {
        tenancy::open(&tx, entity.tenant).await?;
    }
    let before = entity.state();
    entity.status = status;
    entity.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &entity).await?;
    tx.record(
        &allowed,
        Event::new(event)
            .on("entity", id)
            .before(before)
            .after(entity.state())
            .change(Change::Put(entity.fact())),
    );
    tx.commit().await?;
    Ok(entity)
}
