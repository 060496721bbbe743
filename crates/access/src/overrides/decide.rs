//! Deciding about an exception from a guardrail.

use std::time::Duration;

use atoll_base::ctx::{Ctx, May, Rule, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::Recipient;
use serde_json::Value;
use uuid::Uuid;

use super::model::{For, LASTS, LONGEST, Override, OverrideFault, WORDS_MAX};
use super::{find, store};
use crate::requests::RequestState;

/// Who decides: whoever may make guardrails where this one belongs, in person; never who asked or who receives.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]).unscoped();
/// Who takes it back: who asked.
const OWN: Rule = Rule::any(&[]).or_self();

/// Lets the change be made once, within a day or for as long as `lasts`.
pub async fn approve(
    ctx: &Ctx,
    id: Uuid,
    lasts: Option<Duration>,
    answer: Option<String>,
) -> Result<Override> {
    let lasts = lasts.unwrap_or(LASTS);
    if lasts < Duration::from_secs(60) || lasts > LONGEST {
        return Err(OverrideFault::Lasts.into());
    }
    decide(ctx, id, answer, "guardrail_override.approve", |one| {
        one.state = RequestState::Approved;
        one.valid_until = Some(ctx.now().plus(lasts));
    })
    .await
}

/// Does not let the change be made.
pub async fn deny(ctx: &Ctx, id: Uuid, answer: Option<String>) -> Result<Override> {
    decide(ctx, id, answer, "guardrail_override.deny", |one| one.state = RequestState::Denied).await
}

/// Takes back what one asked for, also when it is approved and not used yet.
pub async fn withdraw(ctx: &Ctx, id: Uuid) -> Result<Override> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&OWN, &known)?;
    let mut tx = ctx.begin().await?;
    let mut one = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("guardrail override", id))?;
    let open = matches!(one.state, RequestState::Pending | RequestState::Approved) && one.used_at.is_none();
    if !open {
        return Err(OverrideFault::Decided.into());
    }
    let before = one.state();
    one.state = RequestState::Withdrawn;
    store::save(tx.conn(), &allowed, &one).await?;
    tx.record(&allowed, event("guardrail_override.withdraw", &one, before));
    tx.commit().await?;
    Ok(one)
}

async fn decide(
    ctx: &Ctx,
    id: Uuid,
    answer: Option<String>,
    name: &'static str,
    verdict: impl FnOnce(&mut Override),
) -> Result<Override> {
    let known = find::known(ctx, id).await?;
    let allowed = ctx.require(&RULE, &known)?;
    second_person(ctx, &known)?;
    let answer = answer.map(|answer| answer.trim().to_owned()).filter(|answer| !answer.is_empty());
    if answer.as_ref().is_some_and(|answer| answer.chars().count() > WORDS_MAX) {
        return Err(OverrideFault::Answer.into());
    }
    let mut tx = ctx.begin().await?;
    let mut one = undecided(&tx, id).await?;
    let before = one.state();
    verdict(&mut one);
    one.decided_by = ctx.caller().entity_id();
    one.decided_at = Some(ctx.now());
    one.answer = answer;
    store::save(tx.conn(), &allowed, &one).await?;
    tx.record(&allowed, event(name, &one, before));
    tx.commit().await?;
    Ok(one)
}

/// The caller is neither who asked nor who would receive something.
fn second_person(ctx: &Ctx, one: &Override) -> Result<()> {
    let caller = ctx.signed_in()?.entity;
    let receives = one.wanted == For::Recipient(Recipient::Entity(caller));
    if caller == one.requester || receives { Err(OverrideFault::Own.into()) } else { Ok(()) }
}

async fn undecided(tx: &Tx, id: Uuid) -> Result<Override> {
    let one = store::lock(tx, id).await?.ok_or_else(|| Common::not_found("guardrail override", id))?;
    if one.state == RequestState::Pending { Ok(one) } else { Err(OverrideFault::Decided.into()) }
}

fn event(name: &'static str, one: &Override, before: Value) -> Event {
    Event::new(name).of(one.tenant).on("guardrail_override", one.id).before(before).after(one.state())
}
