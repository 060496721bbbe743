//! Reading exceptions from guardrails.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::model::Override;
use super::store;
use crate::requests::RequestState;
use crate::tenancy::absent;

/// Who may read what others asked for: whoever deals with policies there.
pub(crate) const READ: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();
const READ_ONE: Rule = READ.or_self();

/// Which exceptions to list.
#[derive(Clone, Debug, Default)]
pub struct OverrideFilter {
    /// For grants or by rules of this tenant; none means all.
    pub tenant: Option<Uuid>,
    /// From this guardrail.
    pub rule: Option<Uuid>,
    /// Asked for by this entity.
    pub requester: Option<Uuid>,
    /// Of which this has become.
    pub state: Option<RequestState>,
}

/// A page of exceptions: one's own, or those of a tenant or of all for whoever deals with policies there.
pub async fn list(ctx: &Ctx, filter: &OverrideFilter, page: PageRequest) -> Result<Page<Override>> {
    let caller = ctx.signed_in()?;
    let own = filter.requester == Some(caller.entity) && caller.ceiling.is_none();
    if !own {
        ctx.require(&READ, &Within::<Override>::tenant(filter.tenant))?;
    }
    store::list(&ctx.reader(), filter, page).await
}

/// The exception that an operation is about; to others than those who asked or may decide it is not there.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Override> {
    ctx.signed_in()?;
    match store::find(&ctx.reader(), id).await? {
        Some(one) if ctx.may(&READ_ONE, &one)? || in_own_tenant(ctx, &one)? => Ok(one),
        _ => Err(absent(ctx, "guardrail override", id, &READ)),
    }
}

/// Whoever deals with policies where the grant belongs sees it, though perhaps somebody else decides.
fn in_own_tenant(ctx: &Ctx, one: &Override) -> Result<bool> {
    ctx.may(&READ, &Within::<Override>::tenant(one.tenant))
}
