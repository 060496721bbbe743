//! Reading drafts.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::model::Draft;
use super::store;
use crate::tenancy::absent;

/// Who may read drafts and what was reported about them: whoever deals with policies where they belong.
pub(crate) const READ: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();

/// Which drafts to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct DraftFilter {
    /// Of this tenant; none means all, for those who deal with policies at the platform.
    pub tenant: Option<Uuid>,
    /// In shadow, or not.
    pub shadow: Option<bool>,
}

/// One draft.
pub async fn find(ctx: &Ctx, id: Uuid) -> Result<Draft> {
    let draft = known(ctx, id).await?;
    ctx.require(&READ, &draft)?;
    Ok(draft)
}

/// A page of the drafts of a tenant, or of all, newest first.
pub async fn list(ctx: &Ctx, filter: &DraftFilter, page: PageRequest) -> Result<Page<Draft>> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<Draft>::tenant(filter.tenant))?;
    store::list(&ctx.reader(), filter, page).await
}

/// The draft that an operation is about.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Draft> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    found.ok_or_else(|| absent(ctx, "draft", id, &READ))
}
