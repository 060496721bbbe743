//! Removing a deleted group for good.

use atoll_base::ctx::{Allowed, Ctx, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, FactKey, GroupFlavour, Subject};
use uuid::Uuid;

use super::model::Group;
use super::{members, placement, store};
use crate::tenancy::ADMINISTER;
use crate::tombstones::{TombstoneFault, record_removal};
use crate::{assignments, blocks, drafts, overrides};

/// Removes the group with its memberships, the places in it, what was granted to it and the blocks that name it. Groups
/// below it are at the top from then on.
pub async fn purge(ctx: &Ctx, id: Uuid) -> Result<()> {
    ctx.require(&ADMINISTER, &Within::<Group>::platform())?;
    let missing = || TombstoneFault::NothingToPurge { kind: "group", id };
    let known = store::find_any(&ctx.reader(), id).await?.ok_or_else(missing)?;
    let allowed = ctx.require(&ADMINISTER, &known)?;
    let mut tx = ctx.begin().await?;
    let group = store::lock_deleted(&tx, id).await?.ok_or_else(missing)?;
    remove(&mut tx, &allowed, &group).await?;
    tx.commit().await?;
    Ok(())
}

async fn remove(tx: &mut Tx, allowed: &Allowed<'_, Group>, group: &Group) -> Result<()> {
    let id = group.id;
    match group.flavour {
        GroupFlavour::Principal => {
            assignments::drop_of_subject(tx, &allowed.part(), Subject::Group(id), None).await?;
            drafts::store::forget_subject(tx, &allowed.part(), Subject::Group(id)).await?;
        }
        GroupFlavour::Object => blocks::forget_group(tx, &allowed.part(), id).await?,
    }
    blocks::forget_object(tx, &allowed.part(), id).await?;
    overrides::store::forget(tx, &allowed.part(), id).await?;
    let mut changes = Vec::new();
    for child in store::take_off_children(tx, allowed, id).await? {
        changes.push(Change::Put(child.fact()));
    }
    let left = members::store::members_of(tx.conn(), id).await?;
    changes.extend(left.iter().map(|entity| Change::Drop(FactKey::Member { group: id, entity: *entity })));
    let lying = placement::objects_of(tx.conn(), id).await?;
    changes.extend(lying.iter().map(|object| Change::Drop(FactKey::Placement { object: *object })));
    store::delete(tx, allowed, id).await?;
    changes.push(Change::Drop(FactKey::Group { id }));
    let event = || Event::new("group.purge").on("group", id);
    let first = event().detail("members", left.len()).detail("objects", lying.len()).before(group.state());
    record_removal(tx, allowed, first, &event(), changes);
    Ok(())
}
