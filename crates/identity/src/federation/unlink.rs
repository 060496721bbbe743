//! Taking a provider away from an account.

use atoll_base::ctx::{Ctx, Tx};
use atoll_base::{Event, Outcome, Result};
use uuid::Uuid;

use super::fault::FederationFault;
use super::model::LinkedIdentity;
use super::store;
use crate::entities::{self, Entity};
use crate::factors::MANAGE;
use crate::sessions::{self, require_recent};
use crate::{credentials, passkeys};

/// Takes an identity away from the caller, who keeps another way to sign in. Sessions that began with it end.
pub async fn unlink(ctx: &Ctx, id: Uuid) -> Result<()> {
    let entity = entities::known(ctx, ctx.signed_in()?.entity).await?;
    let allowed = ctx.require(&MANAGE, &entity)?;
    require_recent(ctx, entity.id).await?;
    let mut tx = ctx.begin().await?;
    // Of two that are taken away at once, the second sees that the first is gone.
    let all = store::lock_of_entity(&tx, entity.id).await?;
    let linked = all.iter().find(|one| one.id == id).ok_or(FederationFault::NotLinked)?;
    if !has_another_way(&tx, &entity, &all, id).await? {
        let event = Event::new("identity.unlink").of(entity.tenant).on("entity", entity.id);
        let event = event.detail("identity_id", id.to_string());
        ctx.note(event.ended(Outcome::Deny, FederationFault::LastWay.to_string()));
        return Err(FederationFault::LastWay.into());
    }
    if !store::remove(&tx, &allowed.part(), id).await? {
        return Err(FederationFault::NotLinked.into());
    }
    let event = Event::new("identity.unlink").of(entity.tenant).on("entity", entity.id);
    tx.record(
        &allowed,
        event.detail("identity_id", id.to_string()).detail("provider", linked.provider.clone()),
    );
    sessions::revoke_of_credential(&mut tx, &allowed.part(), &entity, id).await?;
    tx.commit().await?;
    Ok(())
}

async fn has_another_way(tx: &Tx, entity: &Entity, all: &[LinkedIdentity], but: Uuid) -> Result<bool> {
    let (ctx, conn) = (tx.ctx(), tx.conn());
    let settings = ctx.ground().settings();
    if all.iter().any(|one| one.id != but && one.is_usable(settings)) {
        return Ok(true);
    }
    let password = credentials::store::password_of(conn, entity.id).await?;
    if password.is_some_and(|one| one.expires_at.is_none_or(|at| ctx.now() < at)) {
        return Ok(true);
    }
    Ok(passkeys::store::count(conn, entity.id).await? > 0)
}
