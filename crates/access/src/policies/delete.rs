//! Taking a permission block from a subject.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, FactKey, Subject};
use uuid::Uuid;

use super::model::DirectPolicy;
use super::{find, store};
use crate::blocks::{self, Block};
use crate::tenancy;

/// Who may take blocks away.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// Takes the block away. The block goes too when no role and no other policy holds it.
pub async fn delete(ctx: &Ctx, id: Uuid) -> Result<()> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    let mut tx = ctx.begin().await?;
    tenancy::open(&tx, known.tenant).await?;
    if !take(&mut tx, &allowed, id, known.tenant).await? {
        return Err(Common::not_found("direct policy", id).into());
    }
    tx.commit().await?;
    Ok(())
}

/// Takes away a policy of the tenant, or of the platform, and its block if nothing else holds it; false if there is none.
pub(crate) async fn take(
    tx: &mut Tx,
    allowed: &Allowed<'_, DirectPolicy>,
    id: Uuid,
    tenant: Option<Uuid>,
) -> Result<bool> {
    let known = store::find(tx.conn(), id).await?.filter(|known| known.tenant == tenant);
    let Some(policy) = known else { return Ok(false) };
    drop_all(tx, allowed, vec![policy]).await?;
    Ok(true)
}

/// Takes from a subject every block that it holds directly, in a tenant or everywhere.
pub(crate) async fn drop_of_subject(
    tx: &mut Tx,
    allowed: &Allowed<'_, DirectPolicy>,
    subject: Subject,
    tenant: Option<Uuid>,
) -> Result<()> {
    let policies = store::of_subject(tx.conn(), subject, tenant).await?;
    drop_all(tx, allowed, policies).await
}

/// Takes from the subjects of a tenant every block that they hold directly elsewhere.
pub(crate) async fn drop_outside(
    tx: &mut Tx,
    allowed: &Allowed<'_, DirectPolicy>,
    tenant: Uuid,
) -> Result<()> {
    let policies = store::outside(tx.conn(), tenant).await?;
    drop_all(tx, allowed, policies).await
}

async fn drop_all(
    tx: &mut Tx,
    allowed: &Allowed<'_, DirectPolicy>,
    policies: Vec<DirectPolicy>,
) -> Result<()> {
    for policy in policies {
        drop_one(tx, allowed, &policy).await?;
        blocks::collect(tx, &allowed.part(), policy.block).await?;
        blocks::forget_object(tx, &allowed.part(), policy.id).await?;
    }
    Ok(())
}

/// Takes a block from everybody who holds it directly; returns the ids of the policies that went.
pub(crate) async fn drop_of_block(
    tx: &mut Tx,
    allowed: &Allowed<'_, DirectPolicy>,
    block: &Block,
) -> Result<Vec<Uuid>> {
    let policies = store::of_block(tx.conn(), block.id).await?;
    for policy in &policies {
        drop_one(tx, allowed, policy).await?;
    }
    Ok(policies.into_iter().map(|policy| policy.id).collect())
}

async fn drop_one(tx: &mut Tx, allowed: &Allowed<'_, DirectPolicy>, policy: &DirectPolicy) -> Result<bool> {
    if !store::delete(tx, allowed, policy.id).await? {
        return Ok(false);
    }
    let mut event = Event::new("direct_policy.delete")
        .on("direct_policy", policy.id)
        .before(policy.state())
        .change(Change::Drop(FactKey::DirectPolicy { id: policy.id }));
    if policy.tenant.is_some() {
        event = event.of(policy.tenant);
    }
    tx.record(allowed, event);
    Ok(true)
}
