//! Tenants by what people call them: for doors that let people name what a decision is about. A name tells that something
//! is there, so that whoever looks one up asks for a decision before saying anything.

use std::collections::HashMap;

use atoll_base::Result;
use atoll_base::alias::Alias;
use atoll_base::ctx::{Ctx, Within};
use uuid::Uuid;

use super::find::READ_ALL;
use super::model::Tenant;
use super::store;

/// The live tenant with this alias.
pub async fn aliased(ctx: &Ctx, alias: &Alias) -> Result<Option<Uuid>> {
    Ok(store::find_by_alias(&ctx.reader(), alias.as_str()).await?.map(|tenant| tenant.id))
}

/// The live tenant with this alias or route. None when the alias of one is the route of another: nobody takes over an
/// address by naming their own tenant like it.
pub async fn called(ctx: &Ctx, name: &str) -> Result<Option<Uuid>> {
    match store::called(&ctx.reader(), name).await?[..] {
        [only] => Ok(Some(only)),
        _ => Ok(None),
    }
}

/// Whether the caller may be told that a tenant does not exist.
pub fn may_know(ctx: &Ctx) -> Result<bool> {
    ctx.may(&READ_ALL, &Within::<Tenant>::platform())
}

/// The aliases of those of these tenants that have one.
pub async fn aliases(ctx: &Ctx, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    store::aliases(&ctx.reader(), ids).await
}
