//! Asking that a guardrail be lifted for one change.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Recipient, World};
use uuid::Uuid;

use super::model::{For, Override, OverrideFault, WAITING_MAX, WORDS_MAX};
use super::store;
use crate::requests::RequestState;
use crate::rules::{self, Verdict};
use crate::tenancy;

/// Who may ask: whoever gives things where the grant belongs.
pub(crate) const RULE: Rule =
    Rule::any(&[May::scope("policy.manage"), May::scope("role.manage"), May::scope("manage")]);

/// What is needed to ask.
#[derive(Clone, Debug)]
pub struct NewOverride {
    /// The tenant of the grant; none for one of the platform.
    pub tenant: Option<Uuid>,
    /// The guardrail.
    pub rule: Uuid,
    /// What it is for.
    pub wanted: For,
    /// Why.
    pub reason: String,
}

/// Asks for an exception. It counts once somebody else has approved it, for one change.
pub async fn ask(ctx: &Ctx, new: NewOverride) -> Result<Override> {
    let requester = ctx.signed_in()?.entity;
    let allowed = ctx.require(&RULE, &Within::<Override>::tenant(new.tenant))?;
    let reason = new.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > WORDS_MAX {
        return Err(OverrideFault::Reason.into());
    }
    if let For::Recipient(recipient) = new.wanted
        && !is_there(&*ctx.world()?, recipient, new.tenant)
    {
        return Err(OverrideFault::Recipient.into());
    }
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, new.tenant).await?;
    let missing = || Common::not_found("action assignment rule", new.rule);
    let rule = rules::store::find(tx.conn(), new.rule).await?.ok_or_else(missing)?;
    if rule.tenant.is_some() && rule.tenant != new.tenant {
        return Err(missing().into());
    }
    if rule.verdict != Verdict::RequireOverride {
        return Err(OverrideFault::NoOverrides.into());
    }
    if new.wanted == For::Removal && rule.tenant != new.tenant {
        return Err(OverrideFault::Elsewhere.into());
    }
    let one = Override {
        id: ctx.new_id(),
        tenant: new.tenant,
        rule: rule.id,
        decided_in: rule.tenant,
        wanted: new.wanted,
        reason,
        state: RequestState::Pending,
        requester,
        decided_by: None,
        decided_at: None,
        answer: None,
        valid_until: None,
        used_at: None,
        created_at: ctx.now(),
    };
    let (own, asked) = store::waiting(&tx, &one).await?;
    if asked {
        return Err(OverrideFault::Asked.into());
    }
    if own >= WAITING_MAX {
        return Err(OverrideFault::TooMany.into());
    }
    store::insert(&tx, &allowed, &one).await?;
    tx.record(
        &allowed,
        Event::new("guardrail_override.request")
            .of(one.tenant)
            .on("guardrail_override", one.id)
            .after(one.state()),
    );
    tx.commit().await?;
    Ok(one)
}

/// Whether it exists where a grant of the tenant can go to.
fn is_there(world: &World, recipient: Recipient, tenant: Option<Uuid>) -> bool {
    match recipient {
        Recipient::Entity(id) => world
            .entity(id)
            .is_some_and(|entity| !entity.deleted && (entity.tenant.is_none() || entity.tenant == tenant)),
        Recipient::Group(id) => world.group(id).is_some_and(|group| !group.deleted && group.tenant == tenant),
        Recipient::Role(id) => world.role(id).is_some_and(|role| !role.deleted && role.tenant == tenant),
    }
}
