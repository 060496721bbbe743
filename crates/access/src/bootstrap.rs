//! What a new tenant starts with.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use uuid::Uuid;

use crate::roles::Role;

/// Makes the role `tenant-admin` with a block over the whole tenant, and gives it to the maker.
pub async fn tenant_admin(_tx: &mut Tx, _allowed: &Allowed<'_, Role>, _tenant: Uuid, _maker: Uuid) -> Result<()> {
    Ok(())
}
