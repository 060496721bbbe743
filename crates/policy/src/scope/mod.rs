//! Where a permission block applies, and how that is written in the API's columns.

mod columns;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::object::ObjectType;
use crate::words::ObjectKind;

pub use columns::{ScopeColumns, ScopeError};

/// Where a permission block applies. In JSON `{"mode": "tenant", "of": id}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mode", content = "of", rename_all = "snake_case")]
pub enum Scope {
    /// Everywhere.
    Platform,
    /// A tenant and everything in it.
    Tenant(Uuid),
    /// Every object of a coarse kind.
    Kind(ObjectKind),
    /// Every object of a type.
    Type(ObjectType),
    /// One object. The id alone decides; kind and type are kept as they were given.
    Object {
        /// Id of the object.
        id: Uuid,
        /// Coarse kind, when it was given.
        #[serde(default)]
        kind: Option<ObjectKind>,
        /// Type, when it was given.
        #[serde(default)]
        object_type: Option<Arc<str>>,
    },
    /// Objects of a type that lie directly in an object group.
    GroupDirectObjects {
        /// The object group.
        group: Uuid,
        /// Type of the objects.
        object_type: ObjectType,
    },
    /// Objects of a type that lie in a group below an object group, but not directly in it.
    GroupDescendantObjects {
        /// The object group.
        group: Uuid,
        /// Type of the objects.
        object_type: ObjectType,
    },
    /// Groups directly below an object group.
    GroupChildGroups {
        /// The object group.
        group: Uuid,
    },
    /// Groups below an object group, at any depth.
    GroupDescendantGroups {
        /// The object group.
        group: Uuid,
    },
    /// A group as an object; nothing in it.
    Group {
        /// The group.
        group: Uuid,
    },
}

impl Scope {
    /// The mode, as the API spells it.
    pub const fn mode(&self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Tenant(_) => "tenant",
            Self::Kind(_) => "object_kind",
            Self::Type(_) => "object_type",
            Self::Object { .. } => "object",
            Self::GroupDirectObjects { .. } => "group_direct_objects",
            Self::GroupDescendantObjects { .. } => "group_descendant_objects",
            Self::GroupChildGroups { .. } => "group_child_groups",
            Self::GroupDescendantGroups { .. } => "group_descendant_groups",
            Self::Group { .. } => "group",
        }
    }

    /// The name of the scope in explanations.
    pub const fn explained_kind(&self) -> &'static str {
        match self {
            Self::GroupDirectObjects { .. } => "group_object_type",
            Self::GroupDescendantObjects { .. } => "group_tree_object_type",
            Self::GroupChildGroups { .. } => "group_child_kind",
            Self::GroupDescendantGroups { .. } => "group_descendant_kind",
            _ => self.mode(),
        }
    }

    /// What the scope refers to, in explanations; none for the platform.
    pub fn explained_ref(&self) -> Option<String> {
        match self {
            Self::Platform => None,
            Self::Tenant(id) | Self::Object { id, .. } => Some(id.to_string()),
            Self::Kind(kind) => Some(kind.to_string()),
            Self::Type(object_type) => Some(object_type.to_string()),
            Self::GroupDirectObjects { group, object_type }
            | Self::GroupDescendantObjects { group, object_type } => Some(format!("{group}:{object_type}")),
            Self::GroupChildGroups { group }
            | Self::GroupDescendantGroups { group }
            | Self::Group { group } => Some(format!("{group}:group")),
        }
    }

    /// The scope with nothing named in it, and the one thing it names; nil where it names none.
    pub(crate) fn apart(mut self) -> (Self, Uuid) {
        let named = self.named_mut().map(std::mem::take).unwrap_or_default();
        (self, named)
    }

    /// The scope with this as what it names.
    pub(crate) fn about(&self, named: Uuid) -> Self {
        let mut scope = self.clone();
        if let Some(id) = scope.named_mut() {
            *id = named;
        }
        scope
    }

    fn named_mut(&mut self) -> Option<&mut Uuid> {
        match self {
            Self::Platform | Self::Kind(_) | Self::Type(_) => None,
            Self::Tenant(id)
            | Self::Object { id, .. }
            | Self::GroupDirectObjects { group: id, .. }
            | Self::GroupDescendantObjects { group: id, .. }
            | Self::GroupChildGroups { group: id }
            | Self::GroupDescendantGroups { group: id }
            | Self::Group { group: id } => Some(id),
        }
    }

    /// The columns of a block with this scope and this tenant.
    pub fn columns(&self, tenant: Option<Uuid>) -> ScopeColumns {
        let mut columns =
            ScopeColumns { scope_mode: self.mode().to_owned(), tenant_id: tenant, ..ScopeColumns::default() };
        match self {
            Self::Platform => {}
            Self::Tenant(id) => columns.tenant_id = Some(*id),
            Self::Kind(kind) => columns.object_kind = Some(kind.to_string()),
            Self::Type(object_type) => columns.set_type(object_type),
            Self::Object { id, kind, object_type } => {
                columns.object_id = Some(*id);
                columns.object_kind = kind.map(|kind| kind.to_string());
                columns.object_type = object_type.as_deref().map(str::to_owned);
            }
            Self::GroupDirectObjects { group, object_type }
            | Self::GroupDescendantObjects { group, object_type } => {
                columns.group_id = Some(*group);
                columns.set_type(object_type);
            }
            Self::GroupChildGroups { group }
            | Self::GroupDescendantGroups { group }
            | Self::Group { group } => columns.group_id = Some(*group),
        }
        columns
    }
}
