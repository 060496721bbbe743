//! Reports: who has what, through which groups, and why. They read the same rows that decisions are made from; what
//! finally counts is [`crate::check`].

mod effective_actions;
mod entity_access;
mod grants;
pub mod graphql;
mod group_access;
mod holders;
mod my_actions;
mod my_roles;
mod object_access;
mod orphans;
mod paths;
mod store;
mod tenant_roles;
mod unprotected;

use atoll_base::Result;
use atoll_base::ctx::{Ctx, Guarded, May, Rule, Within};
use atoll_policy::ObjectRef;
use uuid::Uuid;

pub use effective_actions::{Effective, effective_actions};
pub use entity_access::entity_access;
pub use grants::{Access, Grant, Source};
pub use group_access::group_access;
pub use holders::{Holder, role_holders};
pub use my_actions::my_actions;
pub use my_roles::{MyRole, my_tenant_roles};
pub use object_access::object_access;
pub use orphans::{Orphan, orphan_policies};
pub use tenant_roles::{TenantRole, tenant_roles};
pub use unprotected::unprotected_resources;

/// Who may read reports: whoever deals with policies where they are about.
pub(crate) const READ: Rule =
    Rule::any(&[May::scope("policy.manage"), May::scope("read"), May::scope("manage")]).even_inactive();

/// Something that a report is about.
pub(crate) struct About {
    object: ObjectRef,
    tenant: Option<Uuid>,
}

impl Guarded for About {
    type Noun = About;

    fn object(&self) -> Option<ObjectRef> {
        Some(self.object)
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// Which grants a reader of what belongs to a tenant is shown: those of the tenant, and all of them when they may read
/// the platform's policies too.
fn shown_within(ctx: &Ctx, tenant: Option<Uuid>) -> Result<Option<Uuid>> {
    Ok(if ctx.may(&READ, &Within::<About>::platform())? { None } else { tenant })
}
