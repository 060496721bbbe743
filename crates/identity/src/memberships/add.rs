//! Becoming a member.

use atoll_access::{Renewal, Term, assignments};
use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, EntityKind, Fact, FactKey, Status};
use uuid::Uuid;

use super::model::Membership;
use super::store;
use crate::entities;

/// Who may add members.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// Who may add entities that they cannot see.
pub(crate) const ADD_UNSEEN: Rule = Rule::any(&[May::platform("manage")]);

/// Makes an entity a member of a tenant and gives it a role there if one is named. Nobody is added by somebody who may
/// not see them.
pub async fn add(ctx: &Ctx, tenant: Uuid, entity: Uuid, role: Option<Uuid>, term: Term) -> Result<()> {
    term.check(ctx.now())?;
    let allowed = ctx.require(&RULE, &Within::<Membership>::tenant(Some(tenant)))?;
    if !ctx.may(&ADD_UNSEEN, &Within::<Membership>::platform())? {
        entities::find(ctx, entity).await?;
    }
    let mut tx = ctx.begin().await?;
    match tx.fact(&FactKey::Entity { id: entity }).await? {
        Some(Fact::Entity { status: Status::Active, deleted: false, .. }) => {}
        _ => return Err(Common::not_found("active entity", entity).into()),
    }
    join(&mut tx, &allowed, tenant, entity, term).await?;
    if let Some(role) = role {
        assignments::assign_in_tenant(&mut tx, &allowed.part(), tenant, entity, role).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Makes whoever made a tenant a member of it, if that is a person whose home it is not.
pub(crate) async fn join_maker(
    tx: &mut Tx,
    allowed: &Allowed<'_, Membership>,
    tenant: Uuid,
    maker: Uuid,
) -> Result<()> {
    match tx.fact(&FactKey::Entity { id: maker }).await? {
        Some(Fact::Entity { kind: EntityKind::Human, .. }) => {
            join(tx, allowed, tenant, maker, Term::default()).await
        }
        _ => Ok(()),
    }
}

/// Makes an entity a member for a term; one that is a member already takes the longer one.
pub(crate) async fn join(
    tx: &mut Tx,
    allowed: &Allowed<'_, Membership>,
    tenant: Uuid,
    entity: Uuid,
    term: Term,
) -> Result<()> {
    let now = tx.ctx().now();
    let known = store::find(tx.conn(), tenant, entity).await?;
    if let Some(known) = &known
        && known.term.renewed(&term, now)? == Renewal::Kept
    {
        return Ok(());
    }
    let membership = Membership { tenant, entity, term, created_at: now };
    store::put(tx, allowed, &membership).await?;
    let mut event = Event::new("tenant_member.add")
        .of(Some(tenant))
        .on("entity", entity)
        .detail("tenant_id", tenant.to_string())
        .after(membership.state())
        .change(Change::Put(membership.fact()));
    if let Some(known) = known {
        event = event.before(known.state());
    }
    tx.record(allowed, event);
    Ok(())
}
