//! Taking a role from a subject.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, FactKey, Subject};
use uuid::Uuid;

use super::model::Assignment;
use super::{find, store};
use crate::{blocks, groups, policies, tenancy};

/// Who may take roles away.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// Takes the role away.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    if !drop_one(&mut tx, &allowed, &known).await? {
        return Err(Common::not_found("role assignment", id).into());
    }
    tx.commit().await?;
    Ok(())
}

/// Takes away an assignment of the tenant, or of the platform; false if there is none.
pub(crate) async fn take(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    id: Uuid,
    tenant: Option<Uuid>,
) -> Result<bool> {
    match store::find(tx.conn(), id).await?.filter(|known| known.tenant == tenant) {
        Some(known) => drop_one(tx, allowed, &known).await,
        None => Ok(false),
    }
}

/// Takes from an entity everything it was given in a tenant that it leaves: roles, direct policies and places in
/// groups.
pub async fn revoke_subject_in_tenant(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    tenant: Uuid,
    entity: Uuid,
) -> Result<()> {
    let subject = Subject::Entity(entity);
    drop_of_subject(tx, allowed, subject, Some(tenant)).await?;
    groups::members::leave_tenant(tx, &allowed.part(), tenant, entity).await
}

/// Takes from a subject every grant that it has, in a tenant or everywhere.
pub(crate) async fn drop_of_subject(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    subject: Subject,
    tenant: Option<Uuid>,
) -> Result<()> {
    for assignment in store::of_subject(tx.conn(), subject, tenant).await? {
        drop_one(tx, allowed, &assignment).await?;
    }
    policies::drop_of_subject(tx, &allowed.part(), subject, tenant).await
}

/// Takes a role from everybody.
pub(crate) async fn drop_of_role(tx: &mut Tx, allowed: &Allowed<'_, Assignment>, role: Uuid) -> Result<()> {
    for assignment in store::of_role(tx.conn(), role).await? {
        drop_one(tx, allowed, &assignment).await?;
    }
    Ok(())
}

/// Takes from the subjects of a tenant every role that they have elsewhere.
pub(crate) async fn drop_outside(tx: &mut Tx, allowed: &Allowed<'_, Assignment>, tenant: Uuid) -> Result<()> {
    for assignment in store::outside(tx.conn(), tenant).await? {
        drop_one(tx, allowed, &assignment).await?;
    }
    Ok(())
}

async fn drop_one(tx: &mut Tx, allowed: &Allowed<'_, Assignment>, assignment: &Assignment) -> Result<bool> {
    if !store::delete(tx, allowed, assignment.id).await? {
        return Ok(false);
    }
    let mut event = Event::new("role_assignment.delete")
        .on("role_assignment", assignment.id)
        .before(assignment.state())
        .change(Change::Drop(FactKey::Assignment { id: assignment.id }));
    if assignment.tenant.is_some() {
        event = event.of(assignment.tenant);
    }
    tx.record(allowed, event);
    blocks::forget_object(tx, &allowed.part(), assignment.id).await?;
    Ok(true)
}
