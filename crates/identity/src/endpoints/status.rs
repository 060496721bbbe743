//! Serving an endpoint, or no longer.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::Ctx;
use atoll_base::{Common, Result};
use uuid::Uuid;

use super::model::{ACTIVE, Definition, Endpoint};
use super::update::{EndpointPatch, change, settle};
use super::{find, store};

/// From now on it is served, if it still holds together: what it was made with may have been allowed by other rules.
pub async fn enable(ctx: &Ctx, id: Uuid) -> Result<Endpoint> {
    let patch = EndpointPatch { status: Some(ACTIVE.to_owned()), ..EndpointPatch::default() };
    change(ctx, id, "api_endpoint.enable", patch).await
}

/// From now on it is not served, whatever else is wrong with it.
pub async fn disable(ctx: &Ctx, id: Uuid) -> Result<Endpoint> {
    let allowed = ctx.require(&ADMINISTER, &find(ctx, id).await?)?;
    let tx = ctx.begin().await?;
    let endpoint = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("api endpoint", id))?;
    let definition = Definition { status: "disabled".to_owned(), ..endpoint.definition.clone() };
    settle(tx, &allowed, endpoint, definition, "api_endpoint.disable").await
}
