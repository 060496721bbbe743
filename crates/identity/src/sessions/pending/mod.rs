//! Sign-ins that have shown the right password and wait for a second factor.

mod begin;
mod find;
mod model;
pub(crate) mod store;

pub(super) use begin::begin;
pub(super) use find::{fail, find};
pub(crate) use model::Pending;
pub use model::SecondFactorRequired;

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use uuid::Uuid;

/// Forgets what an entity has begun.
pub(crate) async fn forget_entity(tx: &Tx, allowed: &Allowed<'_, Pending>, entity: Uuid) -> Result<()> {
    store::forget(tx, allowed, entity).await
}
