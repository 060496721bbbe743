//! Reading requests.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::model::{AccessRequest, RequestState};
use super::store;
use crate::tenancy::absent;

/// Who may read the requests of others: whoever gives roles there.
pub(crate) const READ: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();
/// Who may read one request.
const READ_ONE: Rule = READ.or_self();

/// Which requests to list.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// For roles of this tenant; none means all.
    pub tenant: Option<Uuid>,
    /// Of this entity; none means all.
    pub requester: Option<Uuid>,
    /// Of which this has become.
    pub state: Option<RequestState>,
}

/// A page of requests: one's own, or those of a tenant or of all for whoever gives roles there.
pub async fn list(ctx: &Ctx, filter: &RequestFilter, page: PageRequest) -> Result<Page<AccessRequest>> {
    let caller = ctx.signed_in()?;
    let own = filter.requester == Some(caller.entity) && caller.ceiling.is_none();
    if !own {
        ctx.require(&READ, &Within::<AccessRequest>::tenant(filter.tenant))?;
    }
    store::list(&ctx.reader(), filter, page).await
}

/// The request that an operation is about; to others than its requester and those who decide it is not there.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<AccessRequest> {
    ctx.signed_in()?;
    match store::find(&ctx.reader(), id).await? {
        Some(request) if ctx.may(&READ_ONE, &request)? => Ok(request),
        _ => Err(absent(ctx, "access request", id, &READ)),
    }
}
