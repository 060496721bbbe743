//! Hanging a group under another, and taking it off.

use atoll_base::ctx::{Ctx, May, Rule};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, GroupFlavour};
use uuid::Uuid;

use super::model::{Group, GroupFault};
use super::{find, store};
use crate::tenancy;

/// Who may move a group; for principal groups also asked about the group they come under, because its grants become
/// theirs.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Hangs a group under another of the same tenant and flavour, instead of where it hung before.
pub async fn set_parent(ctx: &Ctx, id: Uuid, parent: Uuid) -> Result<Group> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    if id == parent {
        return Err(GroupFault::OwnParent.into());
    }
    let above = parent_known(ctx, parent).await?;
    known.fits_under(&above)?;
    if known.flavour == GroupFlavour::Principal {
        ctx.require(&RULE, &above)?;
    }
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let chain = store::lock_chain(&tx, parent, Some(id)).await?;
    if chain.contains(&id) {
        return Err(GroupFault::Cycle.into());
    }
    let mut group = store::lock_live(&tx, id).await?.ok_or(GroupFault::Gone)?;
    store::lock_live(&tx, parent).await?.ok_or(GroupFault::Gone)?;
    let before = group.state();
    group.parent = Some(parent);
    group.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &group).await?;
    tx.record(
        &allowed,
        Event::new("group.parent.set")
            .on("group", id)
            .detail("parent_id", parent.to_string())
            .before(before)
            .after(group.state())
            .change(Change::Put(group.fact())),
    );
    tx.commit().await?;
    Ok(group)
}

/// Takes a group off the one it hangs under; nothing happens when it hangs under none.
pub async fn remove_parent(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    let mut group = store::lock_live(&tx, id).await?.ok_or_else(|| Common::not_found("group", id))?;
    if group.parent.is_none() {
        return Ok(());
    }
    let before = group.state();
    group.parent = None;
    group.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &group).await?;
    tx.record(
        &allowed,
        Event::new("group.parent.remove")
            .on("group", id)
            .before(before)
            .after(group.state())
            .change(Change::Put(group.fact())),
    );
    tx.commit().await?;
    Ok(())
}

/// The group to hang under. One that the caller may not read is not found.
async fn parent_known(ctx: &Ctx, id: Uuid) -> Result<Group> {
    let found = store::find_any(&ctx.reader(), id).await?.filter(|group| group.deleted_at.is_none());
    match found {
        Some(group) if ctx.may(&find::READ, &group)? => Ok(group),
        _ => Err(Common::not_found("parent group", id).into()),
    }
}
