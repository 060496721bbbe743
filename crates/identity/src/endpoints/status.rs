//! Serving an endpoint, or no longer.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, Result};
use uuid::Uuid;

use super::model::{ACTIVE, Endpoint};
use super::update::{EndpointPatch, change};
use super::{find, store};

/// From now on it is served, if it still holds together: what it was made with may have been allowed by other rules.
pub async fn enable(ctx: &Ctx, id: Uuid) -> Result<Endpoint> {
    let patch = EndpointPatch { status: Some(ACTIVE.to_owned()), ..EndpointPatch::default() };
    change(ctx, id, "api_endpoint.enable", patch).await
}

/// From now on it is not served, whatever else is wrong with it.
pub async fn disable(ctx: &Ctx, id: Uuid) -> Result<Endpoint> {
    let allowed = ctx.require(&ADMINISTER, &find(ctx, id).await?)?;
    let mut tx = ctx.begin().await?;
    let mut endpoint = store::lock(&tx, id).await?.ok_or_else(|| Common::not_found("api endpoint", id))?;
    let before = endpoint.state();
    endpoint.definition.status = "disabled".to_owned();
    endpoint.updated_by = ctx.caller().entity_id();
    endpoint.updated_at = Some(ctx.now());
    store::save(&tx, &allowed, &endpoint).await?;
    tx.record(
        &allowed,
        Event::new("api_endpoint.disable")
            .of(endpoint.definition.tenant)
            .on("api_endpoint", id)
            .before(before)
            .after(endpoint.state()),
    );
    tx.commit().await?;
    Ok(endpoint)
}
