//! Where the aliases of a request are looked up.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_identity::tenants;
use uuid::Uuid;

/// Where the aliases of a request are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In a tenant.
    Tenant(Uuid),
    /// Among what belongs to no tenant.
    Platform,
    /// In a tenant that does not exist: there is nothing. To those who may not know, it answers like one that does.
    Nowhere,
}

impl Scope {
    /// The tenant that the path names, else the caller's home.
    pub(super) async fn of(ctx: &Ctx, path: Option<&str>) -> Result<Scope> {
        let Some(name) = path else {
            return Ok(ctx.signed_in()?.tenant.map_or(Scope::Platform, Scope::Tenant));
        };
        let id = match name.parse() {
            Ok(id) => Some(id).filter(|id| ctx.world().is_ok_and(|world| world.tenant(*id).is_some())),
            Err(_) => tenants::called(ctx, name).await?,
        };
        Ok(id.map_or(Scope::Nowhere, Scope::Tenant))
    }

    /// The tenant, if it is one.
    pub(super) fn tenant(self) -> Option<Uuid> {
        match self {
            Scope::Tenant(id) => Some(id),
            Scope::Platform | Scope::Nowhere => None,
        }
    }
}
