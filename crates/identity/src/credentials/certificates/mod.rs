//! Certificates as credentials: keeping, finding and revoking them, and what is still to be said of those that were removed
//! with their entity. What a certificate is, and who signs it, is the business of the room `pki`.

pub mod buried;
mod bury;
mod store;

use atoll_base::Result;
use atoll_base::ctx::Tx;
use atoll_policy::Status;
use uuid::Uuid;

pub(crate) use bury::bury;
pub use bury::forget as forget_buried;
pub use store::{
    Certificates, Revoked, Standing, count_good, find, find_by_serial, insert, list, lock, of_entity, revoke,
    revoked, standing, tenants,
};

use crate::entities::{self, Entity};

/// The entity that is to have a certificate, held until the transaction ends; none unless it is live and in use and so is its
/// tenant.
pub async fn owner(tx: &Tx, entity: Uuid) -> Result<Option<Entity>> {
    let found = entities::store::lock_live(tx, entity).await?;
    let Some(entity) = found.filter(|found| found.status == Status::Active) else { return Ok(None) };
    let open = entities::active_tenant(tx, entity.tenant).await;
    Ok(open.is_ok().then_some(entity))
}
