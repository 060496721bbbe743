//! Reading endpoints, and finding the one that is served at a route.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Page, PageRequest, Result};
use uuid::Uuid;

use super::fault::EndpointFault;
use super::model::Endpoint;
use super::store;

/// Who may call an endpoint: whoever was given that on it, in its tenant, or at the platform.
pub const EXECUTE: Rule =
    Rule::any(&[May::object("execute"), May::scope("execute"), May::object("manage"), May::scope("manage")]);

/// Which endpoints to list.
#[derive(Clone, Debug, Default)]
pub struct EndpointFilter {
    /// Of this tenant.
    pub tenant: Option<Uuid>,
    /// In this status.
    pub status: Option<String>,
}

/// A page of endpoints, for administrators of the platform.
pub async fn list(ctx: &Ctx, filter: &EndpointFilter, page: PageRequest) -> Result<Page<Endpoint>> {
    ctx.require(&ADMINISTER, &Within::<Endpoint>::platform())?;
    store::list(&ctx.reader(), filter, page).await
}

/// One endpoint, for administrators of the platform.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Endpoint> {
    ctx.require(&ADMINISTER, &Within::<Endpoint>::platform())?;
    Ok(store::find(&ctx.reader(), id).await?.ok_or_else(|| Common::not_found("api endpoint", id))?)
}

/// The endpoint that is served at a route, for whoever asks: may they call it is asked next.
pub async fn active(ctx: &Ctx, method: &str, path: &str) -> Result<Endpoint> {
    let found = match path.chars().any(char::is_control) {
        // No endpoint is called so, and a store may not even be asked.
        true => None,
        false => store::served(&ctx.reader(), method, path).await?,
    };
    let missing = || EndpointFault::NoRoute(path.chars().filter(|one| !one.is_control()).take(200).collect());
    Ok(found.ok_or_else(missing)?)
}
