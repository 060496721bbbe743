//! Reading guardrails.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Page, PageRequest, Result};
use atoll_policy::{EntityKind, ObjectKind};
use uuid::Uuid;

use super::model::{Guardrail, Verdict};
use super::store;
use crate::tenancy::absent;

/// Who may read guardrails: whoever deals with policies where they hold.
pub(crate) const READ: Rule =
    Rule::any(&[May::scope("policy.manage"), May::scope("read"), May::scope("manage")]).even_inactive();

/// Which guardrails to list.
#[derive(Clone, Debug, Default)]
pub struct RuleFilter {
    /// Of exactly this tenant; none means those of the platform.
    pub tenant: Option<Uuid>,
    /// About this kind of entity.
    pub entity_kind: Option<EntityKind>,
    /// About the action of this name.
    pub action: Option<String>,
    /// About objects of this coarse kind.
    pub object_kind: Option<ObjectKind>,
    /// About objects of this type, `kind:sub`.
    pub object_type: Option<String>,
    /// That say this.
    pub verdict: Option<Verdict>,
}

/// A page of the guardrails of a tenant, or of those of the platform.
pub async fn list(ctx: &Ctx, filter: &RuleFilter, page: PageRequest) -> Result<Page<Guardrail>> {
    ctx.signed_in()?;
    ctx.require(&READ, &Within::<Guardrail>::tenant(filter.tenant))?;
    store::list(&ctx.reader(), filter, page).await
}

/// The guardrail that an operation is about.
pub(super) async fn known(ctx: &Ctx, id: Uuid) -> Result<Guardrail> {
    ctx.signed_in()?;
    let found = store::find(&ctx.reader(), id).await?;
    found.ok_or_else(|| absent(ctx, "action assignment rule", id, &READ))
}
