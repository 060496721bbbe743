//! Ending sessions, one or many.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Event, Result};
use uuid::Uuid;

use super::model::Session;
use super::store::{self, Which};
use crate::entities::Entity;

/// The event of ended sessions. Its target is the session, the entity or the tenant whose sessions ended.
pub(crate) const REVOKED: &str = "session.revoke";

/// Ends the sessions of an entity, but for one; how many there were.
pub async fn revoke_of_entity(
    tx: &mut Tx,
    allowed: &Allowed<'_, Session>,
    entity: Uuid,
    kept: Option<Uuid>,
) -> Result<u64> {
    let ended = store::revoke(tx, allowed, Which::OfEntity { entity, kept }).await?;
    if ended > 0 {
        let event = Event::new(REVOKED).on("entity", entity).detail("count", ended);
        tx.record(allowed, event.detail("kept_session", kept.map(|kept| kept.to_string())));
    }
    Ok(ended)
}

/// Ends one session; whether it had not ended before.
pub(super) async fn revoke_one(
    tx: &mut Tx,
    allowed: &Allowed<'_, Session>,
    session: &Session,
) -> Result<bool> {
    let ended = store::revoke(tx, allowed, Which::One(session.id)).await?;
    if ended > 0 {
        let event = Event::new(REVOKED).on("entity", session.entity).detail("count", ended);
        tx.record(allowed, event.detail("session_id", session.id.to_string()));
    }
    Ok(ended > 0)
}

/// Keeps the live sessions of an entity to as many as it may have: the oldest end.
pub(crate) async fn keep_within_bound(
    tx: &mut Tx,
    allowed: &Allowed<'_, Session>,
    opened: &Session,
) -> Result<()> {
    let most = u64::from(tx.ctx().ground().settings().max_sessions_per_entity);
    let ended = store::end_oldest(tx, allowed, opened.entity, opened.exchange.is_some(), most).await?;
    if ended > 0 {
        let event = Event::new(REVOKED).on("entity", opened.entity).detail("count", ended);
        tx.record(allowed, event.detail("reason", "too many"));
    }
    Ok(())
}

/// Ends the sessions of the entities at home in a tenant; how many there were.
pub async fn revoke_of_tenant(tx: &mut Tx, allowed: &Allowed<'_, Session>, tenant: Uuid) -> Result<u64> {
    let ended = store::revoke(tx, allowed, Which::OfTenant(tenant)).await?;
    if ended > 0 {
        let event = Event::new(REVOKED).of(Some(tenant)).on("tenant", tenant).detail("count", ended);
        tx.record(allowed, event);
    }
    Ok(ended)
}

/// Ends the sessions that began with a credential of this entity; how many there were.
pub(crate) async fn revoke_of_credential(
    tx: &mut Tx,
    allowed: &Allowed<'_, Session>,
    entity: &Entity,
    credential: Uuid,
) -> Result<u64> {
    let ended = store::revoke(tx, allowed, Which::OfCredential(credential)).await?;
    if ended > 0 {
        let event = Event::new(REVOKED).of(entity.tenant).on("entity", entity.id).detail("count", ended);
        tx.record(allowed, event.detail("credential_id", credential.to_string()));
    }
    Ok(ended)
}
