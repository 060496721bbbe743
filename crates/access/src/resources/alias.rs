//! Resources by their alias: for doors that let people name what a decision is about. An alias tells that something is
//! there, so that whoever looks one up asks for a decision before saying anything.

use std::collections::HashMap;

use atoll_base::Result;
use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use uuid::Uuid;

use super::store;

/// The live resource with an alias in a tenant, or outside all tenants.
pub async fn aliased(ctx: &Ctx, alias: &Alias, tenant: Option<Uuid>) -> Result<Option<Uuid>> {
    store::id_of_alias(&ctx.reader(), alias.as_str(), tenant).await
}

/// The aliases of those of these resources that have one in a tenant, or outside all tenants.
pub async fn aliases(ctx: &Ctx, ids: &[Uuid], tenant: Option<Uuid>) -> Result<HashMap<Uuid, String>> {
    store::aliases(&ctx.reader(), ids, tenant).await
}
