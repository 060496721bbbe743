//! Deleting a resource: a tombstone; its place and the grants on it stay for the day it comes back.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::Change;
use uuid::Uuid;

use super::{find, store};
use crate::tenancy;

/// Who may delete a resource.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Deletes the resource softly.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut resource = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("resource", id))?;
    let before = resource.state();
    resource.deleted_at = Some(ctx.now());
    resource.deleted_by = ctx.caller().entity_id();
    resource.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &resource).await?;
    tx.record(
        &allowed,
        Event::new("resource.delete").on("resource", id).before(before).change(Change::Put(resource.fact())),
    );
    tx.commit().await?;
    Ok(())
}
