//! Rotating signing keys.

use std::time::Duration;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result};

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
    let settings = ctx.ground().settings();
    let until = ctx.now().plus(longest_life(settings.jwt_expiry_secs, settings.decision_staleness_secs));
    store::step_down(&tx, &allowed, until).await?;
    let key = SigningKey::generate(ctx)?;
    store::insert(&tx, &allowed, &key).await?;
    tx.record(&allowed, Event::new(ROTATED).detail("kid", key.kid));
    tx.commit().await?;
    keys.reload().await
}

/// How long after a rotation a token of the old key can still be good: another replica may sign with it until it hears
/// of the rotation, and at most until it stops answering.
fn longest_life(token: Duration, until_heard: Duration) -> Duration {
    token + until_heard + LEEWAY
}
