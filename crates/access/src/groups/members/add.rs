//! Becoming a member of a principal group.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Event, Result};
use atoll_policy::{Change, Fact, FactKey, GroupFlavour, Status};
use uuid::Uuid;

use super::super::model::{Group, GroupFault};
use super::super::{find, store as groups};
use super::store;
use crate::{rules, tenancy};

/// Who may add members.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Adds an entity to a principal group; nothing happens when it is in it already. A group of a tenant takes entities of
/// that tenant and entities of the platform that are active members of it; a group of the platform takes any. Guardrails
/// must let the entity receive what the group and those above it hold.
pub async fn add(ctx: &Ctx, group: Uuid, entity: Uuid) -> Result<()> {
    let known = find::known(ctx, group).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, known.tenant).await?;
    let chain = groups::lock_chain(&tx, group, None).await?;
    let into = groups::find_any(tx.conn(), group).await?.filter(in_use).ok_or(GroupFault::NotInUse)?;
    let Some(Fact::Entity { tenant, kind, status: Status::Active, deleted: false, .. }) =
        tx.fact(&FactKey::Entity { id: entity }).await?
    else {
        return Err(GroupFault::NotInUse.into());
    };
    if into.tenant.is_some() && tenant != into.tenant && !is_guest(&tx, tenant, into.tenant, entity).await? {
        return Err(GroupFault::ForeignMember.into());
    }
    if store::find(tx.conn(), group, entity).await?.is_some() {
        return Ok(());
    }
    rules::kind_receives_of_groups(&tx, kind, &chain).await?;
    enter(&mut tx, &allowed, &into, entity).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes an entity a member of a group of the platform that takes in everybody of its kind; nothing happens when that
/// group does not exist any more.
pub async fn join(tx: &mut Tx, allowed: &Allowed<'_, Group>, group: Uuid, entity: Uuid) -> Result<()> {
    match groups::find_any(tx.conn(), group).await? {
        Some(into) if into.flavour == GroupFlavour::Principal => enter(tx, allowed, &into, entity).await,
        _ => Ok(()),
    }
}

async fn enter(tx: &mut Tx, allowed: &Allowed<'_, Group>, group: &Group, entity: Uuid) -> Result<()> {
    if !store::insert(tx, allowed, group.id, entity).await? {
        return Ok(());
    }
    let mut event = Event::new("group_member.add")
        .on("group", group.id)
        .detail("entity_id", entity.to_string())
        .change(Change::Put(Fact::Member { group: group.id, entity }));
    if group.tenant.is_some() {
        event = event.of(group.tenant);
    }
    tx.record(allowed, event);
    Ok(())
}

fn in_use(group: &Group) -> bool {
    group.flavour == GroupFlavour::Principal && group.status == Status::Active && group.deleted_at.is_none()
}

/// Whether an entity of the platform is an active member of the tenant.
async fn is_guest(tx: &Tx, home: Option<Uuid>, tenant: Option<Uuid>, entity: Uuid) -> Result<bool> {
    match (home, tenant) {
        (None, Some(tenant)) => Ok(tx.fact(&FactKey::Membership { tenant, entity }).await?.is_some()),
        _ => Ok(false),
    }
}
