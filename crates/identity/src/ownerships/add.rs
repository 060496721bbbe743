//! Making an entity the owner of another.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Event, Result, fields};
use atoll_policy::Status;
use uuid::Uuid;

use super::model::{OWNER, Ownership, OwnershipFault};
use super::store;
use crate::entities;

/// Who may say whose an entity is: whoever manages both.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Makes one entity the owner of another, or changes in which way it is.
pub async fn add(ctx: &Ctx, owner: Uuid, owned: Uuid, relation: Option<&str>) -> Result<Ownership> {
    let relation = match relation.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => fields::name("relation", text)?,
        None => OWNER.to_owned(),
    };
    let allowed = ctx.require(&RULE, &entities::known(ctx, owner).await?)?.part();
    ctx.require(&RULE, &entities::known(ctx, owned).await?)?;
    let mut tx = ctx.begin().await?;
    // In one order, so that two requests cannot wait for each other.
    for id in [owner.min(owned), owner.max(owned)] {
        let entity = entities::store::lock_live(&tx, id).await?;
        entity.filter(|entity| entity.status == Status::Active).ok_or(OwnershipFault::NotInUse)?;
    }
    let before = store::find(tx.conn(), owner, owned).await?;
    let created_at = before.as_ref().map_or(ctx.now(), |before| before.created_at);
    let ownership = Ownership { owner, owned, relation, created_at };
    if before.as_ref() == Some(&ownership) {
        return Ok(ownership);
    }
    store::put(&tx, &allowed, &ownership).await?;
    let mut event = Event::new("ownership.add").on("entity", owned).after(ownership.state());
    if let Some(before) = before {
        event = event.before(before.state());
    }
    tx.record(&allowed, event);
    tx.commit().await?;
    Ok(ownership)
}
