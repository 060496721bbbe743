//! Rotating signing keys.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Tx, Within};
use atoll_base::{Event, Ground, Result};

use super::model::SigningKey;
use super::ring::{Keys, ROTATED};
use super::store;
use crate::sessions::LEEWAY;

/// Who may rotate keys.
pub(crate) const RULE: Rule = Rule::any(&[May::platform("rotate")]);

/// Makes a new key that signs from now on. What the old one signed stays good for as long as it could live, so that two
/// rotations in a row turn nobody away.
pub async fn rotate(ctx: &Ctx, keys: &Keys) -> Result<()> {
    let allowed = ctx.require(&RULE, &Within::<SigningKey>::platform())?;
    let mut tx = ctx.begin().await?;
    store::lock(&tx).await?;
    replace(&mut tx, &allowed).await?;
    tx.commit().await?;
    keys.reload().await
}

/// Rotates when the key that signs is as old as the settings let it become; whether it did. To be called now and then: of
/// several replicas one does it.
pub async fn rotate_when_due(ground: &Arc<Ground>, keys: &Keys) -> Result<bool> {
    let age = ground.settings().signing_key_rotation_days;
    if age.is_zero() {
        return Ok(false);
    }
    let ctx = Ctx::platform(ground.clone(), "rotate signing keys");
    let allowed = ctx.require(&RULE, &Within::<SigningKey>::platform())?;
    let due =
        |found: &[SigningKey]| found.iter().any(|key| key.primary && key.created_at.plus(age) <= ctx.now());
    if !due(&store::good(&ctx.reader(), ctx.now()).await?) {
        return Ok(false);
    }
    let mut tx = ctx.begin().await?;
    store::lock(&tx).await?;
    // Another replica may have been quicker.
    if !due(&store::good(tx.conn(), ctx.now()).await?) {
        return Ok(false);
    }
    replace(&mut tx, &allowed).await?;
    tx.commit().await?;
    keys.reload().await?;
    Ok(true)
}

async fn replace(tx: &mut Tx, allowed: &Allowed<'_, SigningKey>) -> Result<()> {
    let ctx = allowed.ctx();
    let settings = ctx.ground().settings();
    let until = ctx.now().plus(longest_life(settings.jwt_expiry_secs, settings.decision_staleness_secs));
    store::step_down(tx, allowed, until).await?;
    let key = SigningKey::generate(ctx)?;
    store::insert(tx, allowed, &key).await?;
    tx.record(allowed, Event::new(ROTATED).detail("kid", key.kid));
    Ok(())
}

/// How long after a rotation a token of the old key can still be good: another replica may sign with it until it hears
/// of the rotation, and at most until it stops answering.
fn longest_life(token: Duration, until_heard: Duration) -> Duration {
    token + until_heard + LEEWAY
}
