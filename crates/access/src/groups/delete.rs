//! Deleting a group: a tombstone; members, places and grants stay for the day it comes back, and are worth nothing until
//! then.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::{find, store};
use crate::tenancy;

/// Who may delete a group.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Deletes the group softly.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut group = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("group", id))?;
    let before = group.state();
    group.deleted_at = Some(ctx.now());
    group.deleted_by = ctx.caller().entity_id();
    group.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &group).await?;
    tx.record(
        &allowed,
        Event::new("group.delete").on("group", id).before(before).change(Change::Put(group.fact())),
    );
    tx.commit().await?;
    Ok(())
}
