//! What an id stands for, whichever room it belongs to.

use atoll_base::Result;
use atoll_base::ctx::Tx;
use atoll_policy::{Fact, FactKey, ObjectKind, ObjectRef, TenantStatus, World};
use uuid::Uuid;

use crate::actions::Target;

/// An object that a permission block may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) object: ObjectRef,
    /// Sub-kind, for kinds that have any.
    pub(crate) sub: Option<String>,
    /// Its tenant; a tenant belongs to itself.
    pub(crate) tenant: Option<Uuid>,
}

impl Named {
    /// What a grant on it is aimed at.
    pub(crate) fn target(&self) -> Target {
        let kind = self.object.kind;
        Target { kind, object_type: self.sub.as_ref().map(|sub| format!("{kind}:{sub}")) }
    }
}

/// The kinds that have ids of their own, those asked about most first.
pub(crate) const KINDS: [ObjectKind; 8] = [
    ObjectKind::Resource,
    ObjectKind::Entity,
    ObjectKind::Group,
    ObjectKind::Tenant,
    ObjectKind::Role,
    ObjectKind::Credential,
    ObjectKind::Policy,
    ObjectKind::ApiEndpoint,
];

/// The object with this id, of this kind if one is given; `None` if there is none or it is deleted.
pub(crate) async fn named(tx: &Tx, kind: Option<ObjectKind>, id: Uuid) -> Result<Option<Named>> {
    for kind in KINDS.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one)) {
        if let Some((sub, tenant)) = live(tx, kind, id).await? {
            return Ok(Some(Named { object: ObjectRef::new(kind, id), sub, tenant }));
        }
    }
    Ok(None)
}

async fn live(tx: &Tx, kind: ObjectKind, id: Uuid) -> Result<Option<(Option<String>, Option<Uuid>)>> {
    let keys: &[FactKey] = match kind {
        ObjectKind::Resource => &[FactKey::Resource { id }],
        ObjectKind::Entity => &[FactKey::Entity { id }],
        ObjectKind::Group => &[FactKey::Group { id }],
        ObjectKind::Tenant => &[FactKey::Tenant { id }],
        ObjectKind::Role => &[FactKey::Role { id }],
        ObjectKind::Credential => &[FactKey::Credential { id }],
        ObjectKind::Policy => &[FactKey::Assignment { id }, FactKey::DirectPolicy { id }],
        ObjectKind::ApiEndpoint => &[FactKey::ApiEndpoint { id }],
        ObjectKind::Platform | ObjectKind::AuditLog | ObjectKind::SigningKey => &[],
    };
    for key in keys {
        let found = match tx.fact(key).await? {
            Some(Fact::Resource { tenant, kind, deleted: false, .. }) => (Some(kind), tenant),
            Some(Fact::Entity { tenant, kind, deleted: false, .. }) => (Some(kind.to_string()), tenant),
            Some(Fact::Credential { tenant, kind, .. }) => (Some(kind), tenant),
            Some(Fact::Tenant { status, .. }) if status != TenantStatus::Deleted => (None, Some(id)),
            Some(
                Fact::Group { tenant, deleted: false, .. }
                | Fact::Role { tenant, deleted: false, .. }
                | Fact::Assignment { tenant, .. }
                | Fact::DirectPolicy { tenant, .. }
                | Fact::ApiEndpoint { tenant, .. },
            ) => (None, tenant),
            _ => continue,
        };
        return Ok(Some(found));
    }
    Ok(None)
}

/// The sub-kind of an object that decisions know: for kinds that have none, the kind again.
pub(crate) fn sub_kind(world: &World, object: ObjectRef) -> String {
    let sub = match object.kind {
        ObjectKind::Resource => world.resource(object.id).map(|resource| resource.kind.to_owned()),
        ObjectKind::Entity => world.entity(object.id).map(|entity| entity.kind.to_string()),
        ObjectKind::Credential => world.credential(object.id).map(|credential| credential.kind.to_owned()),
        _ => None,
    };
    sub.unwrap_or_else(|| object.kind.to_string())
}

/// What a question about an object is aimed at.
pub(crate) fn known(world: &World, object: ObjectRef) -> Target {
    let sub = sub_kind(world, object);
    Target { kind: object.kind, object_type: Some(format!("{}:{sub}", object.kind)) }
}

/// What a grant on an object is aimed at: its type, for kinds that have any.
pub(crate) fn aimed(world: &World, object: ObjectRef) -> Target {
    match object.kind {
        ObjectKind::Resource | ObjectKind::Entity | ObjectKind::Credential => known(world, object),
        kind => Target { kind, object_type: None },
    }
}
