//! Forgetting second factors.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use uuid::Uuid;

use super::find::has_any;
use crate::entities::Entity;
use crate::{challenges, passkeys, recovery_codes, sessions, totp};

/// Forgets every second factor of an entity, and what is under way; how many there were.
pub(crate) async fn forget_entity(tx: &Tx, allowed: &Allowed<'_, Entity>, entity: Uuid) -> Result<u64> {
    let app = totp::store::remove(tx, &allowed.part(), entity).await?;
    let passkeys = passkeys::store::forget(tx, &allowed.part(), entity).await?;
    recovery_codes::store::forget(tx, &allowed.part(), entity).await?;
    challenges::forget_entity(tx, &allowed.part(), entity).await?;
    sessions::pending::forget_entity(tx, &allowed.part(), entity).await?;
    Ok(passkeys + u64::from(app))
}

/// Takes the recovery codes away from an entity that has nothing left to recover.
pub(crate) async fn forget_codes_if_last(tx: &Tx, allowed: &Allowed<'_, Entity>, entity: Uuid) -> Result<()> {
    if !has_any(tx.conn(), entity).await? {
        recovery_codes::store::forget(tx, &allowed.part(), entity).await?;
    }
    Ok(())
}
