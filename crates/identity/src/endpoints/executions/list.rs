//! Reading what was done through an endpoint.

use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::model::Execution;
use super::store;

/// A page of the calls of an endpoint, newest first, for administrators of the platform.
pub async fn list(ctx: &Ctx, endpoint: Uuid, page: PageRequest) -> Result<Page<Execution>> {
    ctx.require(&ADMINISTER, &Within::<Execution>::platform())?;
    store::list(&ctx.reader(), endpoint, page).await
}
