//! What the engine is told: facts, the keys they are known by, and changes of them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::object::ObjectRef;
use crate::scope::Scope;
use crate::window::Window;
use crate::words::{Effect, EntityKind, GroupFlavour, ObjectKind, Status, TenantStatus};

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}

/// A change of what is known. In JSON `{"put": fact}` or `{"drop": key}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The fact holds from now on; it replaces the fact with the same key.
    Put(Fact),
    /// The fact with this key holds no longer; nothing happens if there is none.
    Drop(FactKey),
}

/// Who receives a grant. In JSON `{"entity": id}` or `{"group": id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One entity.
    Entity(Uuid),
    /// The members of a principal group and of the groups below it.
    Group(Uuid),
}

impl Subject {
    /// The id, whichever kind it is.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Entity(id) | Self::Group(id) => id,
        }
    }
}

/// Something the engine is told. Facts may come in any order: one that refers to something unknown has no effect
/// until that arrives. In JSON tagged by `fact`, for example `{"fact":"member","group":…,"entity":…}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A tenant.
    Tenant {
        /// Id.
        id: Uuid,
        /// Life of the tenant.
        status: TenantStatus,
        /// Free-form data that conditions may look at.
        #[serde(default = "empty_object")]
        attributes: Value,
    },
    /// A person, device, service, workload or application.
    Entity {
        /// Id.
        id: Uuid,
        /// Home tenant; none for an entity of the platform.
        tenant: Option<Uuid>,
        /// What it is.
        kind: EntityKind,
        /// Name, for explanations.
        name: String,
        /// Life of the entity.
        status: Status,
        /// Soft-deleted.
        deleted: bool,
        /// Free-form data that conditions may look at.
        #[serde(default = "empty_object")]
        attributes: Value,
    },
    /// A protected thing that is not an entity or a group.
    Resource {
        /// Id.
        id: Uuid,
        /// Owning tenant; none for a resource of the platform.
        tenant: Option<Uuid>,
        /// Free-form kind, for example `channel`.
        kind: String,
        /// Name, for explanations.
        name: Option<String>,
        /// Soft-deleted.
        deleted: bool,
        /// Free-form data that conditions may look at.
        #[serde(default = "empty_object")]
        attributes: Value,
    },
    /// A group of either flavour.
    Group {
        /// Id.
        id: Uuid,
        /// Owning tenant; none for a group of the platform.
        tenant: Option<Uuid>,
        /// Who-container or where-container.
        flavour: GroupFlavour,
        /// Name, for explanations.
        name: String,
        /// Life of the group.
        status: Status,
        /// Soft-deleted.
        deleted: bool,
        /// The one group above.
        parent: Option<Uuid>,
        /// Free-form data that conditions may look at.
        #[serde(default = "empty_object")]
        attributes: Value,
    },
    /// An entity or resource lies in an object group, in one at most.
    Placement {
        /// The entity or resource.
        object: ObjectRef,
        /// The object group directly above it.
        group: Uuid,
    },
    /// An entity belongs to a principal group.
    Member {
        /// The principal group.
        group: Uuid,
        /// The member.
        entity: Uuid,
        /// When it counts.
        #[serde(default, skip_serializing_if = "Window::is_always")]
        window: Window,
    },
    /// An entity is an active member of a tenant.
    Membership {
        /// The tenant.
        tenant: Uuid,
        /// The member.
        entity: Uuid,
        /// When it counts.
        #[serde(default, skip_serializing_if = "Window::is_always")]
        window: Window,
    },
    /// A credential, as something that can be acted on.
    Credential {
        /// Id.
        id: Uuid,
        /// Whose it is.
        entity: Uuid,
        /// Tenant of the entity.
        tenant: Option<Uuid>,
        /// Kind of credential, for example `access_token`.
        kind: String,
        /// Its metadata, which conditions may look at.
        #[serde(default = "empty_object")]
        attributes: Value,
    },
    /// A custom API endpoint, as something that can be acted on.
    ApiEndpoint {
        /// Id.
        id: Uuid,
        /// Owning tenant; none for an endpoint of the platform.
        tenant: Option<Uuid>,
    },
    /// An action that can be granted and asked about.
    Action {
        /// Id.
        id: Uuid,
        /// Name; the lowest id wins where two actions share one.
        name: String,
    },
    /// An action may be asked about objects of a kind.
    Applicability {
        /// The action.
        action: Uuid,
        /// Coarse kind of the objects.
        object_kind: ObjectKind,
        /// Type of the objects, `sub` or `kind:sub`; none means every type of the kind.
        object_type: Option<String>,
    },
    /// A permission block: an effect on actions within a scope, under conditions.
    Block {
        /// Id.
        id: Uuid,
        /// The only tenant in which it applies; none means it is not bound to one.
        tenant: Option<Uuid>,
        /// Where it applies.
        scope: Scope,
        /// What it does.
        effect: Effect,
        /// When it applies, see [`Conditions`](crate::Conditions).
        #[serde(default = "empty_object")]
        conditions: Value,
        /// Ids of the actions.
        actions: Vec<Uuid>,
    },
    /// A role.
    Role {
        /// Id.
        id: Uuid,
        /// Owning tenant; none for a role of the platform.
        tenant: Option<Uuid>,
        /// Name, for explanations and reasons.
        name: String,
        /// Soft-deleted: it grants nothing.
        deleted: bool,
    },
    /// A role contains a block.
    RoleBlock {
        /// The role.
        role: Uuid,
        /// The block.
        block: Uuid,
    },
    /// A subject holds a role.
    Assignment {
        /// Id.
        id: Uuid,
        /// Boundary: the only tenant in which it counts; none means everywhere.
        tenant: Option<Uuid>,
        /// Who holds the role.
        subject: Subject,
        /// The role.
        role: Uuid,
        /// When it counts.
        #[serde(default, skip_serializing_if = "Window::is_always")]
        window: Window,
    },
    /// A subject holds a block directly.
    DirectPolicy {
        /// Id.
        id: Uuid,
        /// Boundary: the only tenant in which it counts; none means everywhere.
        tenant: Option<Uuid>,
        /// Who holds the block.
        subject: Subject,
        /// The block.
        block: Uuid,
        /// When it counts.
        #[serde(default, skip_serializing_if = "Window::is_always")]
        window: Window,
    },
}

/// What identifies a fact; tagged like the fact itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the fact of the same name")]
pub enum FactKey {
    /// See [`Fact::Tenant`].
    Tenant { id: Uuid },
    /// See [`Fact::Entity`].
    Entity { id: Uuid },
    /// See [`Fact::Resource`].
    Resource { id: Uuid },
    /// See [`Fact::Group`].
    Group { id: Uuid },
    /// See [`Fact::Placement`].
    Placement { object: ObjectRef },
    /// See [`Fact::Member`].
    Member { group: Uuid, entity: Uuid },
    /// See [`Fact::Membership`].
    Membership { tenant: Uuid, entity: Uuid },
    /// See [`Fact::Credential`].
    Credential { id: Uuid },
    /// See [`Fact::ApiEndpoint`].
    ApiEndpoint { id: Uuid },
    /// See [`Fact::Action`].
    Action { id: Uuid },
    /// See [`Fact::Applicability`].
    Applicability { action: Uuid, object_kind: ObjectKind, object_type: Option<String> },
    /// See [`Fact::Block`].
    Block { id: Uuid },
    /// See [`Fact::Role`].
    Role { id: Uuid },
    /// See [`Fact::RoleBlock`].
    RoleBlock { role: Uuid, block: Uuid },
    /// See [`Fact::Assignment`].
    Assignment { id: Uuid },
    /// See [`Fact::DirectPolicy`].
    DirectPolicy { id: Uuid },
}

impl Fact {
    /// The key under which the fact is known; putting another fact with this key replaces it.
    pub fn key(&self) -> FactKey {
        match *self {
            Self::Tenant { id, .. } => FactKey::Tenant { id },
            Self::Entity { id, .. } => FactKey::Entity { id },
            Self::Resource { id, .. } => FactKey::Resource { id },
            Self::Group { id, .. } => FactKey::Group { id },
            Self::Placement { object, .. } => FactKey::Placement { object },
            Self::Member { group, entity, .. } => FactKey::Member { group, entity },
            Self::Membership { tenant, entity, .. } => FactKey::Membership { tenant, entity },
            Self::Credential { id, .. } => FactKey::Credential { id },
            Self::ApiEndpoint { id, .. } => FactKey::ApiEndpoint { id },
            Self::Action { id, .. } => FactKey::Action { id },
            Self::Applicability { action, object_kind, ref object_type } => {
                FactKey::Applicability { action, object_kind, object_type: object_type.clone() }
            }
            Self::Block { id, .. } => FactKey::Block { id },
            Self::Role { id, .. } => FactKey::Role { id },
            Self::RoleBlock { role, block } => FactKey::RoleBlock { role, block },
            Self::Assignment { id, .. } => FactKey::Assignment { id },
            Self::DirectPolicy { id, .. } => FactKey::DirectPolicy { id },
        }
    }
}
