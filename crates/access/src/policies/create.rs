//! Giving a permission block to a subject directly.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Event, Result};
use atoll_policy::{Change, Subject};
use uuid::Uuid;

use super::model::DirectPolicy;
use super::store;
use crate::subjects::{self, GrantFault};
use crate::term::{Renewal, Term};
use crate::{blocks, tenancy};

/// Who may give blocks.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// What is needed for a direct policy.
#[derive(Clone, Debug)]
pub struct NewPolicy {
    /// The tenant of the block.
    pub tenant: Option<Uuid>,
    /// Who receives it.
    pub subject: Subject,
    /// The block.
    pub block: Uuid,
    /// For how long, and why.
    pub term: Term,
}

/// Gives the block; a subject that holds it already keeps the policy it has, for longer if that is what is given.
pub async fn create(ctx: &Ctx, new: NewPolicy) -> Result<DirectPolicy> {
    new.term.check(ctx.now())?;
    let allowed = ctx.require(&RULE, &Within::<DirectPolicy>::tenant(new.tenant))?;
    let mut tx = ctx.begin().await?;
    let policy = give(&mut tx, &allowed, new).await?;
    tx.commit().await?;
    Ok(policy)
}

pub(crate) async fn give(
    tx: &mut Tx,
    allowed: &Allowed<'_, DirectPolicy>,
    new: NewPolicy,
) -> Result<DirectPolicy> {
    let now = tx.ctx().now();
    tenancy::active(tx, new.tenant).await?;
    subjects::may_receive(tx, new.subject, new.tenant).await?;
    let block = blocks::store::hold(tx, new.block).await?.ok_or(GrantFault::UnknownBlock)?;
    if block.tenant != new.tenant {
        return Err(GrantFault::BlockTenant.into());
    }
    let known = store::holding(tx.conn(), new.block, new.subject).await?;
    if let Some(known) = &known
        && known.term.renewed(&new.term, now)? == Renewal::Kept
    {
        return Ok(known.clone());
    }
    let (policy, event) = match known {
        Some(known) => {
            let before = known.state();
            let policy = DirectPolicy { term: new.term, ..known };
            store::save(tx, allowed, &policy).await?;
            (policy, Event::new("direct_policy.renew").before(before))
        }
        None => {
            let policy = DirectPolicy {
                id: tx.ctx().new_id(),
                tenant: new.tenant,
                subject: new.subject,
                block: new.block,
                term: new.term,
                created_at: now,
            };
            store::insert(tx, allowed, &policy).await?;
            (policy, Event::new("direct_policy.create"))
        }
    };
    let event = event.on("direct_policy", policy.id).after(policy.state());
    tx.record(allowed, event.change(Change::Put(policy.fact())));
    Ok(policy)
}
