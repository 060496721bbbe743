//! Reading the log.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Moment, Page, PageRequest, Result};
use uuid::Uuid;

use super::model::Recorded;
use super::store;

/// Who may read what was asked: whoever deals with policies in the tenant, or at the platform.
pub(crate) const READ: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();

/// Which decisions to list.
#[derive(Clone, Debug, Default)]
pub struct RecordedFilter {
    /// About objects of this tenant; none means all, for those who deal with policies at the platform.
    pub tenant: Option<Uuid>,
    /// About what this entity may.
    pub subject: Option<Uuid>,
    /// About the action of this name.
    pub action: Option<String>,
    /// That allowed, or refused.
    pub allowed: Option<bool>,
    /// Made then or later.
    pub from: Option<Moment>,
    /// Made before.
    pub to: Option<Moment>,
}

/// A page of recorded decisions, newest first.
pub async fn list(ctx: &Ctx, filter: &RecordedFilter, page: PageRequest) -> Result<Page<Recorded>> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<Recorded>::tenant(filter.tenant))?;
    store::list(&ctx.reader(), filter, page).await
}
