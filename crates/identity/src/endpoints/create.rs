//! Making an endpoint.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Result};
use atoll_policy::Change;

use super::model::{Definition, Endpoint};
use super::{acting, store};
use crate::entities::active_tenant;

/// Makes an endpoint, for administrators of the platform.
pub async fn create(ctx: &Ctx, definition: Definition) -> Result<Endpoint> {
    let allowed = ctx.require(&ADMINISTER, &Within::<Endpoint>::platform())?;
    let definition = definition.settled(limits(ctx))?;
    acting::may_appoint(ctx, &definition).await?;
    let endpoint = Endpoint {
        id: ctx.new_id(),
        definition,
        created_by: ctx.caller().entity_id(),
        updated_by: None,
        created_at: ctx.now(),
        updated_at: None,
    };
    let mut tx = ctx.begin().await?;
    active_tenant(&tx, endpoint.definition.tenant).await?;
    store::insert(&tx, &allowed, &endpoint).await?;
    tx.record(
        &allowed,
        Event::new("api_endpoint.create")
            .of(endpoint.definition.tenant)
            .on("api_endpoint", endpoint.id)
            .after(endpoint.state())
            .change(Change::Put(endpoint.fact())),
    );
    tx.commit().await?;
    Ok(endpoint)
}

/// The most levels and fields of an operation.
pub(super) fn limits(ctx: &Ctx) -> (usize, usize) {
    let settings = ctx.ground().settings();
    (settings.graphql_max_depth as usize, settings.graphql_max_complexity as usize)
}
