//! Reading policy tests.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Page, PageRequest, Result};
use uuid::Uuid;

use super::model::PolicyTest;
use super::store;
use crate::tenancy::absent;

/// Who may read and run tests: whoever deals with policies in the tenant.
pub(crate) const READ: Rule = Rule::any(&[May::scope("policy.manage"), May::scope("manage")]).even_inactive();

/// The tests of a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// A page of them, by name.
    pub page: Page<PolicyTest>,
    /// Whether those that would begin to fail refuse changes.
    pub gated: bool,
}

/// A page of the tests of a tenant.
pub async fn list(ctx: &Ctx, tenant: Uuid, page: PageRequest) -> Result<Listed> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<PolicyTest>::tenant(Some(tenant)))?;
    let page = store::list(&ctx.reader(), tenant, page).await?;
    let gated = !store::gated(&ctx.reader(), &[tenant]).await?.is_empty();
    Ok(Listed { page, gated })
}

/// The test that an operation is about.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<PolicyTest> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    found.ok_or_else(|| absent(ctx, "policy test", id, &READ))
}
