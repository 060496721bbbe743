//! Forgetting accounts that somebody made and never proved the address of, so that nobody fills the house with them, or
//! keeps an address from its owner.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, Rule, Tx, Within};
use atoll_base::{Event, Ground, Result};

use crate::emails::{self, Email};
use crate::entities::{self, Entity};
use crate::memberships;

/// Accounts looked at in one round.
const BATCH: u64 = 1000;

/// Removes accounts that have waited for the proof of their address for longer than the settings say. Those who may sign in
/// without it are left alone, and so is whom somebody has given something. Asking for the link again does not make it longer:
/// who does not read the mail could keep the address that way.
pub(crate) async fn prune(ground: &Arc<Ground>) -> Result<u64> {
    let settings = ground.settings();
    if settings.allow_unverified_email_login {
        return Ok(0);
    }
    let ctx = Ctx::platform(ground.clone(), "forget accounts without a proved address");
    let before = ctx.now().minus(settings.unverified_account_days);
    let mut removed = 0;
    for email in emails::store::pending_before(&ctx.reader(), before, BATCH).await? {
        // One that cannot go does not keep the others.
        match forget(&ctx, &email).await {
            Ok(gone) => removed += u64::from(gone),
            Err(error) => tracing::warn!(error = error.for_log(), id = %email.entity, "was not removed"),
        }
    }
    Ok(removed)
}

async fn forget(ctx: &Ctx, email: &Email) -> Result<bool> {
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Entity>::platform())?;
    let mut tx = ctx.begin().await?;
    let Some(entity) = entities::store::lock_live(&tx, email.entity).await? else { return Ok(false) };
    let still = emails::store::lock(&tx, email.id).await?;
    if still.is_none_or(|email| email.is_verified() || email.pending_since.is_none()) {
        return Ok(false);
    }
    if is_somebody(&tx, &entity).await? {
        emails::store::keep(&tx, &allowed.part(), email.id).await?;
        tx.commit().await?;
        return Ok(false);
    }
    let event = Event::new("auth.signup_expired").on("entity", entity.id);
    tx.record(&allowed, event.detail("email", email.address.clone()));
    entities::remove(&mut tx, &allowed, &entity).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether somebody has given them something, or made them a member of a tenant.
async fn is_somebody(tx: &Tx, entity: &Entity) -> Result<bool> {
    Ok(memberships::store::is_member(tx.conn(), entity.id).await?
        || atoll_access::holds_anything(tx.conn(), entity.id).await?)
}
