//! Look-ups of what is known, for callers that need it besides a decision.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::asker::Asker;
use crate::fact::Subject;
use crate::object::ObjectRef;
use crate::rows::Attributes;
use crate::window::When;
use crate::words::{EntityKind, GroupFlavour, Status, TenantStatus};
use crate::world::World;

static EMPTY: LazyLock<Value> = LazyLock::new(|| Value::Object(Map::new()));

fn shown(attributes: &Attributes) -> &Value {
    attributes.as_deref().unwrap_or(&EMPTY)
}

/// A tenant as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TenantView<'a> {
    /// Life of the tenant.
    pub status: TenantStatus,
    /// Free-form data.
    pub attributes: &'a Value,
}

/// An entity as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EntityView<'a> {
    /// What it is.
    pub kind: EntityKind,
    /// Home tenant.
    pub tenant: Option<Uuid>,
    /// Name.
    pub name: &'a str,
    /// Life of the entity.
    pub status: Status,
    /// Soft-deleted.
    pub deleted: bool,
    /// Free-form data.
    pub attributes: &'a Value,
}

/// A group as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupView<'a> {
    /// Who-container or where-container.
    pub flavour: GroupFlavour,
    /// Owning tenant.
    pub tenant: Option<Uuid>,
    /// Name.
    pub name: &'a str,
    /// Life of the group.
    pub status: Status,
    /// Soft-deleted.
    pub deleted: bool,
    /// The one group above.
    pub parent: Option<Uuid>,
    /// Free-form data.
    pub attributes: &'a Value,
}

/// A resource as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResourceView<'a> {
    /// Free-form kind.
    pub kind: &'a str,
    /// Owning tenant.
    pub tenant: Option<Uuid>,
    /// Name.
    pub name: Option<&'a str>,
    /// Soft-deleted.
    pub deleted: bool,
    /// Free-form data.
    pub attributes: &'a Value,
}

/// A credential as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CredentialView<'a> {
    /// Whose it is.
    pub entity: Uuid,
    /// Tenant of the entity.
    pub tenant: Option<Uuid>,
    /// Kind of credential.
    pub kind: &'a str,
    /// Its metadata.
    pub attributes: &'a Value,
}

/// A role as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleView<'a> {
    /// Owning tenant.
    pub tenant: Option<Uuid>,
    /// Name.
    pub name: &'a str,
    /// Soft-deleted.
    pub deleted: bool,
}

/// How much is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field counts the facts it is named after")]
pub struct Stats {
    pub tenants: usize,
    pub entities: usize,
    pub resources: usize,
    pub groups: usize,
    pub credentials: usize,
    pub actions: usize,
    pub blocks: usize,
    pub roles: usize,
    pub assignments: usize,
    pub direct_policies: usize,
}

impl World {
    /// The tenant, whatever its status.
    pub fn tenant(&self, id: Uuid) -> Option<TenantView<'_>> {
        self.tenants.get(&id).map(|row| TenantView { status: row.status, attributes: shown(&row.attributes) })
    }

    /// Ids of all tenants, whatever their status; sorted.
    pub fn tenant_ids(&self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.tenants.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }

    /// The entity, deleted or not.
    pub fn entity(&self, id: Uuid) -> Option<EntityView<'_>> {
        self.entities.get(&id).map(|row| EntityView {
            kind: row.kind,
            tenant: row.tenant,
            name: &row.name,
            status: row.status,
            deleted: row.deleted,
            attributes: shown(&row.attributes),
        })
    }

    /// The group, deleted or not.
    pub fn group(&self, id: Uuid) -> Option<GroupView<'_>> {
        self.groups.get(&id).map(|row| GroupView {
            flavour: row.flavour,
            tenant: row.tenant,
            name: &row.name,
            status: row.status,
            deleted: row.deleted,
            parent: row.parent,
            attributes: shown(&row.attributes),
        })
    }

    /// The resource, deleted or not.
    pub fn resource(&self, id: Uuid) -> Option<ResourceView<'_>> {
        self.resources.get(&id).map(|row| ResourceView {
            kind: &row.kind,
            tenant: row.tenant,
            name: row.name.as_deref(),
            deleted: row.deleted,
            attributes: shown(&row.attributes),
        })
    }

    /// The credential.
    pub fn credential(&self, id: Uuid) -> Option<CredentialView<'_>> {
        self.credentials.get(&id).map(|row| CredentialView {
            entity: row.entity,
            tenant: row.tenant,
            kind: &row.kind,
            attributes: shown(&row.attributes),
        })
    }

    /// The role, deleted or not.
    pub fn role(&self, id: Uuid) -> Option<RoleView<'_>> {
        let row = self.roles.get(&id)?;
        Some(RoleView { tenant: row.tenant, name: &row.name, deleted: row.deleted })
    }

    /// The tenant of an object: none if the object is not known, `Some(None)` if it belongs to the platform.
    pub fn object_tenant(&self, object: ObjectRef) -> Option<Option<Uuid>> {
        self.target(object).map(|target| target.tenant)
    }

    /// The id of the action with this name.
    pub fn action_id(&self, name: &str) -> Option<Uuid> {
        self.actions.named(name).map(|action| action.id)
    }

    /// The name of the action with this id.
    pub fn action_name(&self, id: Uuid) -> Option<&str> {
        self.actions.name(id)
    }

    /// The object group directly above an entity or resource, or the group above a group.
    pub fn parent_of(&self, object: ObjectRef) -> Option<Uuid> {
        self.target(object)?.chain(self).first()
    }

    /// Those whose grants the entity receives: itself and its groups, sorted. Empty for an entity that cannot be
    /// the subject of a question.
    pub fn principals_of(&self, entity: Uuid, when: When) -> Vec<Subject> {
        let Ok(asker) = Asker::find(self, entity, when) else { return Vec::new() };
        let mut subjects: Vec<Subject> = asker.subjects().collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Counts of what is known.
    pub fn stats(&self) -> Stats {
        Stats {
            tenants: self.tenants.len(),
            entities: self.entities.len(),
            resources: self.resources.len(),
            groups: self.groups.len(),
            credentials: self.credentials.len(),
            actions: self.actions.len(),
            blocks: self.blocks.iter().filter(|(_, slot)| slot.block.is_some()).count(),
            roles: self.roles.len(),
            assignments: self.assignments.len(),
            direct_policies: self.policies.len(),
        }
    }
}
