//! Becoming a member of a principal group.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Event, Result};
use atoll_policy::{Change, Fact, FactKey, GroupFlavour, Status};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::model::{Group, GroupFault};
use super::super::{find, store as groups};
use super::store;
use crate::term::{Renewal, Term};
use crate::{subjects, tenancy};

/// Who may add members.
pub(crate) const RULE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Adds an entity to a principal group; one that is in it already stays in it, for longer if that is what is asked for. A group of a tenant takes entities of
/// that tenant and entities of the platform that are active members of it; a group of the platform takes any. Guardrails
/// must let the entity receive what the group and those above it hold.
pub async fn add(ctx: &Ctx, group: Uuid, entity: Uuid, term: Term) -> Result<()> {
    term.check(ctx.now())?;
    let known = find::known(ctx, group).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, known.tenant).await?;
    groups::lock_chain(&tx, group, None).await?;
    let into = groups::find_any(tx.conn(), group).await?.filter(in_use).ok_or(GroupFault::NotInUse)?;
    let Some(Fact::Entity { tenant, status: Status::Active, deleted: false, .. }) =
        tx.fact(&FactKey::Entity { id: entity }).await?
    else {
        return Err(GroupFault::NotInUse.into());
    };
    if into.tenant.is_some() && tenant != into.tenant && !is_guest(&tx, tenant, into.tenant, entity).await? {
        return Err(GroupFault::ForeignMember.into());
    }
    let before = store::find(tx.conn(), group, entity).await?.map(|known| known.term());
    if let Some(before) = &before
        && before.renewed(&term, ctx.now())? == Renewal::Kept
    {
        return Ok(());
    }
    let mut event = enter(&mut tx, &allowed, &into, entity, &term).await?;
    if let Some(before) = before {
        event = event.before(state(entity, &before));
    }
    tx.record(&allowed, event);
    tx.commit().await?;
    Ok(())
}

/// Makes an entity a member of a group of the platform that takes in everybody of its kind; nothing happens when that
/// group does not exist any more.
pub async fn join(tx: &mut Tx, allowed: &Allowed<'_, Group>, group: Uuid, entity: Uuid) -> Result<()> {
    match groups::find_any(tx.conn(), group).await? {
        Some(into) if into.flavour == GroupFlavour::Principal => {
            if store::find(tx.conn(), group, entity).await?.is_none() {
                let event = enter(tx, allowed, &into, entity, &Term::default()).await?;
                tx.record(allowed, event.by_house());
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn enter(
    tx: &mut Tx,
    allowed: &Allowed<'_, Group>,
    group: &Group,
    entity: Uuid,
    term: &Term,
) -> Result<Event> {
    let row = store::put(tx, allowed, group.id, entity, term).await?;
    let event = Event::new("group_member.add")
        .on("group", group.id)
        .detail("entity_id", entity.to_string())
        .after(state(entity, term))
        .change(Change::Put(row.fact()));
    Ok(if group.tenant.is_some() { event.of(group.tenant) } else { event })
}

/// The membership as the ledger keeps it.
fn state(entity: Uuid, term: &Term) -> Value {
    let mut state = Map::from_iter([("entity_id".to_owned(), entity.to_string().into())]);
    term.show(&mut state);
    Value::Object(state)
}

fn in_use(group: &Group) -> bool {
    group.flavour == GroupFlavour::Principal && group.status == Status::Active && group.deleted_at.is_none()
}

/// Whether an entity of the platform is an active member of the tenant.
async fn is_guest(tx: &Tx, home: Option<Uuid>, tenant: Option<Uuid>, entity: Uuid) -> Result<bool> {
    match (home, tenant) {
        (None, Some(tenant)) => subjects::is_member(tx, tenant, entity).await,
        _ => Ok(false),
    }
}
