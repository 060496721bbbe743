//! Putting an entity into an object group, and taking it out.

use atoll_access::groups::{GroupAt, placement};
use atoll_access::tenancy;
use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Result};
use uuid::Uuid;

use super::find::{self, READ};
use super::model::Entity;
use super::store;

/// Who may place an entity: whoever may change it.
pub(crate) const RULE: Rule =
    Rule::any(&[May::object("manage"), May::object("write"), May::scope("manage"), May::scope("write")]);

/// Or whoever may change the group, as long as they may read the entity.
pub(crate) const RULE_OF_GROUP: Rule =
    Rule::any(&[May::object("write"), May::scope("manage"), May::scope("write")]);

/// Places the entity in the group, out of whichever group it was in.
pub async fn set_parent(ctx: &Ctx, id: Uuid, group: Uuid) -> Result<Entity> {
    let entity = find::known(ctx, id).await?;
    let allowed = if ctx.may(&RULE, &entity)? {
        ctx.require(&RULE, &entity)?
    } else {
        let tenant = ctx.world()?.group(group).and_then(|known| known.tenant);
        ctx.require(&RULE_OF_GROUP, &GroupAt { id: group, tenant })?;
        ctx.require(&READ, &entity)?
    };
    let mut tx = ctx.begin().await?;
    let entity = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    tenancy::open(&tx, entity.tenant).await?;
    placement::set(&mut tx, &allowed.part(), entity.as_object(), entity.tenant, group).await?;
    tx.commit().await?;
    Ok(entity)
}

/// Takes the entity out of its group.
pub async fn clear_parent(ctx: &Ctx, id: Uuid) -> Result<Entity> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    let entity = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("entity", id))?;
    tenancy::open(&tx, entity.tenant).await?;
    placement::clear(&mut tx, &allowed.part(), entity.as_object()).await?;
    tx.commit().await?;
    Ok(entity)
}
