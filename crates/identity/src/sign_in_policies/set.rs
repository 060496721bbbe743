//! Saying what is asked of people who sign in.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::settings::SecondFactor;
use atoll_base::{Common, Event, Ground, Result};
use uuid::Uuid;

use super::model::{MAX_GRACE, PLATFORM, SignInPolicy};
use super::store;
use crate::tenants::{self, Tenant};

/// Sets what the people at home in a tenant need besides a password, and how long they may still do without. For those who
/// manage the tenant.
pub async fn set(
    ctx: &Ctx,
    tenant: Uuid,
    second_factor: SecondFactor,
    grace: Duration,
) -> Result<SignInPolicy> {
    let known = tenants::known(ctx, tenant).await?;
    let allowed = ctx.require(&tenants::UPDATE, &known)?;
    if grace.as_secs() > MAX_GRACE {
        return Err(Common::Invalid("graceSecs must be at most a year".into()).into());
    }
    let mut tx = ctx.begin().await?;
    tenants::store::lock_live(&tx, tenant).await?.ok_or_else(|| Common::not_found("tenant", tenant))?;
    let before = store::of(tx.conn(), vec![tenant]).await?.pop();
    let policy = SignInPolicy { tenant, second_factor, grace, set_at: ctx.now() };
    store::put(&tx, &allowed.part(), &policy).await?;
    let mut event =
        Event::new("sign_in_policy.set").of(Some(tenant)).on("tenant", tenant).after(policy.state());
    if let Some(before) = before {
        event = event.before(before.state());
    }
    tx.record(&allowed, event);
    tx.commit().await?;
    Ok(policy)
}

/// Removes what a tenant asks that is no more.
pub(crate) async fn forget(tx: &Tx, allowed: &Allowed<'_, Tenant>, tenant: Uuid) -> Result<()> {
    store::remove(tx, &allowed.part(), tenant).await
}

/// Takes over what the settings ask of everybody, so that their grace begins when they were first read.
pub(crate) async fn take_over_settings(ground: &Arc<Ground>) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), "settings");
    let settings = ground.settings();
    let (second_factor, grace) = (settings.second_factor, settings.second_factor_grace_secs);
    let there = store::of(&ctx.reader(), vec![PLATFORM]).await?.pop();
    let asked = there.map_or((SecondFactor::None, grace), |one| (one.second_factor, one.grace));
    if asked == (second_factor, grace) {
        return Ok(());
    }
    let same = there.filter(|one| one.second_factor == second_factor);
    let set_at = same.map_or(ctx.now(), |one| one.set_at);
    let policy = SignInPolicy { tenant: PLATFORM, second_factor, grace, set_at };
    let allowed = ctx.require(&Rule::any(&[]), &Within::<SignInPolicy>::platform())?;
    let mut tx = ctx.begin().await?;
    store::put(&tx, &allowed, &policy).await?;
    tx.record(&allowed, Event::new("sign_in_policy.set").after(policy.state()));
    tx.commit().await?;
    Ok(())
}
