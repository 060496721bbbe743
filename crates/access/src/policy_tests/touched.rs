//! The tenants in which something changes.

use std::collections::BTreeSet;

use atoll_policy::{Change, Fact, FactKey, ObjectKind, ObjectRef, World};
use uuid::Uuid;

/// The tenants to which the changed facts belong, before or afterwards. What belongs to the platform touches none: a tenant
/// does not stand in the way of those who administer the platform.
pub(super) fn touched(before: &World, after: &World, changes: &[Change]) -> Vec<Uuid> {
    let mut tenants = BTreeSet::new();
    for change in changes {
        let key = match change {
            Change::Put(fact) => fact.key(),
            Change::Drop(key) => key.clone(),
        };
        tenants.extend([before, after].into_iter().filter_map(|world| tenant_of(world, &key)));
    }
    tenants.into_iter().collect()
}

fn tenant_of(world: &World, key: &FactKey) -> Option<Uuid> {
    match *key {
        FactKey::Tenant { id } => Some(id),
        FactKey::Membership { tenant, .. } => Some(tenant),
        FactKey::RoleBlock { role, .. } => {
            world.object_tenant(ObjectRef::new(ObjectKind::Role, role)).flatten()
        }
        FactKey::Member { group, .. } => {
            world.object_tenant(ObjectRef::new(ObjectKind::Group, group)).flatten()
        }
        FactKey::Placement { object } => world.object_tenant(object).flatten(),
        FactKey::Action { .. } | FactKey::Applicability { .. } => None,
        _ => match world.fact(key)? {
            Fact::Entity { tenant, .. }
            | Fact::Resource { tenant, .. }
            | Fact::Group { tenant, .. }
            | Fact::Credential { tenant, .. }
            | Fact::Block { tenant, .. }
            | Fact::Role { tenant, .. }
            | Fact::Assignment { tenant, .. }
            | Fact::DirectPolicy { tenant, .. }
            | Fact::ApiEndpoint { tenant, .. } => tenant,
            _ => None,
        },
    }
}
