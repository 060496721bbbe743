//! Reading role assignments.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{ListRequest, Listed, Result, TimeSort};
use uuid::Uuid;

use super::model::Assignment;
use super::store;
use crate::tenancy::absent;
use crate::words::SubjectKind;

/// Who may read assignments: whoever deals with policies where they belong.
pub(crate) const READ: Rule =
    Rule::any(&[May::scope("policy.manage"), May::scope("read"), May::scope("manage")]).even_inactive();

/// Which assignments to list.
#[derive(Clone, Debug, Default)]
pub struct AssignmentFilter {
    /// Of this tenant; none means all, for those who deal with policies at the platform.
    pub tenant: Option<Uuid>,
    /// Of entities, or of groups.
    pub subject_kind: Option<SubjectKind>,
    /// Of this subject.
    pub subject: Option<Uuid>,
    /// Of this role.
    pub role: Option<Uuid>,
}

impl AssignmentFilter {
    /// Whether they are found by something of which there are few.
    pub(super) fn is_named(&self) -> bool {
        self.subject.is_some() || self.role.is_some()
    }
}

/// A page of the assignments of a tenant, or of all.
pub async fn list(
    ctx: &Ctx,
    filter: &AssignmentFilter,
    request: &ListRequest<TimeSort>,
) -> Result<Listed<Assignment>> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<Assignment>::tenant(filter.tenant))?;
    store::list(&ctx.reader(), filter, request).await
}

/// The assignment that an operation is about.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Assignment> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    found.ok_or_else(|| absent(ctx, "role assignment", id, &READ))
}
