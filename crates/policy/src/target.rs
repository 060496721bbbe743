//! The object of a question, as the engine sees it.

use uuid::Uuid;

use crate::lineage::Chain;
use crate::object::{ObjectRef, TypeRef};
use crate::rows::Attributes;
use crate::words::{ObjectKind, Status};
use crate::world::World;

/// An object that exists, or that a caller vouches for.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    pub(crate) object: ObjectRef,
    /// Sub-kind; none for an object the engine does not know.
    pub(crate) sub: Option<&'a str>,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) name: Option<&'a str>,
    pub(crate) attributes: Option<&'a Attributes>,
    /// An entity or group that is switched off.
    pub(crate) inactive: bool,
    pub(crate) deleted: bool,
}

impl<'a> Target<'a> {
    /// An object nothing is known about but its tenant.
    pub(crate) fn vouched(object: ObjectRef, tenant: Option<Uuid>) -> Self {
        let sub = match object.kind {
            ObjectKind::Entity | ObjectKind::Resource | ObjectKind::Credential => None,
            kind => Some(kind.as_str()),
        };
        Self { object, sub, tenant, name: None, attributes: None, inactive: false, deleted: false }
    }

    pub(crate) fn type_ref(&self) -> Option<TypeRef<'a>> {
        self.sub.map(|sub| TypeRef { kind: self.object.kind, sub })
    }

    /// The object groups above it.
    pub(crate) fn chain<'w>(&self, world: &'w World) -> Chain<'w> {
        let bottom = match self.object.kind {
            ObjectKind::Entity | ObjectKind::Resource => world.placements.get(&self.object).copied(),
            ObjectKind::Group => world.groups.get(&self.object.id).and_then(|row| row.parent),
            _ => None,
        };
        Chain::from(world, bottom)
    }
}

impl World {
    /// The object, deleted or not; none if nothing is known about it.
    pub(crate) fn target(&self, object: ObjectRef) -> Option<Target<'_>> {
        let bare = Target::vouched(object, None);
        let id = object.id;
        Some(match object.kind {
            ObjectKind::Platform => bare,
            ObjectKind::Tenant => {
                let row = self.tenants.get(&id)?;
                Target { tenant: Some(id), attributes: Some(&row.attributes), ..bare }
            }
            ObjectKind::Entity => {
                let row = self.entities.get(&id)?;
                Target {
                    sub: Some(row.kind.as_str()),
                    tenant: row.tenant,
                    name: Some(&row.name),
                    attributes: Some(&row.attributes),
                    inactive: row.status == Status::Inactive,
                    deleted: row.deleted,
                    ..bare
                }
            }
            ObjectKind::Resource => {
                let row = self.resources.get(&id)?;
                Target {
                    sub: Some(&row.kind),
                    tenant: row.tenant,
                    name: row.name.as_deref(),
                    attributes: Some(&row.attributes),
                    deleted: row.deleted,
                    ..bare
                }
            }
            ObjectKind::Group => {
                let row = self.groups.get(&id)?;
                Target {
                    tenant: row.tenant,
                    name: Some(&row.name),
                    attributes: Some(&row.attributes),
                    inactive: row.status == Status::Inactive,
                    deleted: row.deleted,
                    ..bare
                }
            }
            ObjectKind::Credential => {
                let row = self.credentials.get(&id)?;
                Target { sub: Some(&row.kind), tenant: row.tenant, attributes: Some(&row.attributes), ..bare }
            }
            ObjectKind::Role => {
                let row = self.roles.get(&id)?;
                Target { tenant: row.tenant, name: Some(&row.name), deleted: row.deleted, ..bare }
            }
            ObjectKind::Policy => {
                let policy = self.policies.get(&id).map(|row| row.tenant);
                let tenant = policy.or_else(|| self.assignments.get(&id).map(|row| row.tenant))?;
                Target { tenant, ..bare }
            }
            ObjectKind::ApiEndpoint => Target { tenant: *self.endpoints.get(&id)?, ..bare },
            ObjectKind::AuditLog | ObjectKind::SigningKey => return None,
        })
    }
}
