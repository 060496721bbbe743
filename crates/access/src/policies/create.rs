//! Giving a permission block to a subject directly.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, Subject};
use uuid::Uuid;

use super::model::DirectPolicy;
use super::store;
use crate::subjects::{self, GrantFault};
use crate::{blocks, bound, rules, tenancy};

/// Who may give blocks.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// What is needed for a direct policy.
#[derive(Clone, Copy, Debug)]
pub struct NewPolicy {
    /// The tenant of the block.
    pub tenant: Option<Uuid>,
    /// Who receives it.
    pub subject: Subject,
    /// The block.
    pub block: Uuid,
}

/// Gives the block; a subject that holds it already keeps the policy it has.
pub async fn create(ctx: &Ctx, new: NewPolicy) -> Result<DirectPolicy> {
    let allowed = ctx.require(&RULE, &Within::<DirectPolicy>::tenant(new.tenant))?;
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, new.tenant).await?;
    let kinds = subjects::receivers(&tx, new.subject, new.tenant).await?;
    let block = blocks::store::hold(&tx, new.block).await?.ok_or(GrantFault::UnknownBlock)?;
    if block.tenant != new.tenant {
        return Err(GrantFault::BlockTenant.into());
    }
    if let Some(known) = store::holding(tx.conn(), new.block, new.subject).await? {
        return Ok(known);
    }
    let blocks = [block];
    rules::receives(&tx, &kinds, new.tenant, &blocks).await?;
    bound::may_hand_out(&tx, &blocks).await?;
    let policy = DirectPolicy {
        id: ctx.new_id(),
        tenant: new.tenant,
        subject: new.subject,
        block: new.block,
        created_at: ctx.now(),
    };
    store::insert(&tx, &allowed, &policy).await?;
    tx.record(
        &allowed,
        Event::new("direct_policy.create")
            .on("direct_policy", policy.id)
            .after(policy.state())
            .change(Change::Put(policy.fact())),
    );
    tx.commit().await?;
    Ok(policy)
}
