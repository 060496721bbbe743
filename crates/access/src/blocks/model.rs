//! A permission block and what holds for it.

use atoll_base::ctx::Guarded;
use atoll_base::{Common, Fault, Kind, Moment, Result};
use atoll_policy::{Effect, Fact, ObjectKind, ObjectRef, Scope, ScopeColumns, ScopeError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actions::Target;

/// A permission block: an effect on actions within a scope, under conditions. It never changes, and grants nothing until
/// a role or a direct policy holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Id.
    pub id: Uuid,
    /// The only tenant in which it applies; none means it is not bound to one.
    pub tenant: Option<Uuid>,
    /// Where it applies.
    pub scope: Scope,
    /// What it does.
    pub effect: Effect,
    /// When it applies: an object; `{}` means always.
    pub conditions: Value,
    /// Ids of its actions, sorted, each once.
    pub actions: Vec<Uuid>,
    /// When it was made.
    pub created_at: Moment,
    /// The same: blocks do not change.
    pub updated_at: Moment,
}

/// What a block is aimed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Everything, or everything in a tenant.
    Everything,
    /// Objects of a kind or type, wherever they lie.
    Target(Target),
    /// One object.
    Object {
        /// Its kind, when it was given.
        kind: Option<ObjectKind>,
        /// Its id.
        id: Uuid,
    },
}

impl Block {
    /// What the block is aimed at.
    pub(crate) fn aim(&self) -> Aim {
        aim(&self.scope)
    }

    /// The block as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Block {
            id: self.id,
            tenant: self.tenant,
            scope: self.scope.clone(),
            effect: self.effect,
            conditions: self.conditions.clone(),
            actions: self.actions.clone(),
        }
    }

    /// The block as the ledger shows it.
    pub fn state(&self) -> Value {
        let columns = self.scope.columns(self.tenant);
        json!({
            "tenant_id": columns.tenant_id,
            "scope_mode": columns.scope_mode,
            "object_kind": columns.object_kind,
            "object_type": columns.object_type,
            "object_id": columns.object_id,
            "group_id": columns.group_id,
            "effect": self.effect.as_str(),
            "conditions": self.conditions,
            "action_ids": self.actions,
        })
    }
}

/// What a scope is aimed at.
pub(crate) fn aim(scope: &Scope) -> Aim {
    match scope {
        Scope::Platform | Scope::Tenant(_) => Aim::Everything,
        Scope::Kind(kind) => Aim::Target(Target { kind: *kind, object_type: None }),
        Scope::Type(of)
        | Scope::GroupDirectObjects { object_type: of, .. }
        | Scope::GroupDescendantObjects { object_type: of, .. } => {
            Aim::Target(Target { kind: of.kind, object_type: Some(of.to_string()) })
        }
        Scope::GroupChildGroups { .. } | Scope::GroupDescendantGroups { .. } | Scope::Group { .. } => {
            Aim::Target(Target { kind: ObjectKind::Group, object_type: None })
        }
        Scope::Object { id, kind, .. } => Aim::Object { kind: *kind, id: *id },
    }
}

/// The columns of a stored block as a scope.
pub(crate) fn scope(columns: &ScopeColumns) -> Result<Scope> {
    Scope::try_from(columns).map_err(|why| Common::bug(format!("a stored permission block: {why}")).into())
}

impl Guarded for Block {
    type Noun = Block;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// What cannot be done with a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// It would do nothing.
    #[error("permission block requires at least one action")]
    NoActions,
    /// Its columns make no scope.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// An action that does not exist.
    #[error("capability {0} does not exist")]
    NoSuchAction(Uuid),
    /// The action cannot be asked about what the block is aimed at.
    #[error("capability {action} is not applicable to {target}")]
    NotApplicable {
        /// Name of the action.
        action: String,
        /// Kind or type of the objects.
        target: Target,
    },
    /// Something still holds it.
    #[error("permission block is still linked to a role or direct policy; unlink it first")]
    Linked,
}

impl Fault for BlockFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BlockFault::NoActions => "block.no_actions",
            BlockFault::Scope(_) => "block.scope",
            BlockFault::NoSuchAction(_) => "block.no_such_action",
            BlockFault::NotApplicable { .. } => "block.not_applicable",
            BlockFault::Linked => "block.linked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_aimed_at_something() {
        let (one, group) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let channel: atoll_policy::ObjectType = "resource:channel".parse().unwrap();
        let typed =
            Aim::Target(Target { kind: ObjectKind::Resource, object_type: Some("resource:channel".into()) });
        let groups = Aim::Target(Target { kind: ObjectKind::Group, object_type: None });
        assert_eq!(aim(&Scope::Platform), Aim::Everything);
        assert_eq!(aim(&Scope::Tenant(one)), Aim::Everything);
        assert_eq!(aim(&Scope::Type(channel.clone())), typed);
        assert_eq!(aim(&Scope::GroupDirectObjects { group, object_type: channel.clone() }), typed);
        assert_eq!(aim(&Scope::GroupDescendantObjects { group, object_type: channel }), typed);
        assert_eq!(aim(&Scope::GroupChildGroups { group }), groups);
        assert_eq!(aim(&Scope::Group { group }), groups);
        let object = Scope::Object { id: one, kind: None, object_type: None };
        assert_eq!(aim(&object), Aim::Object { kind: None, id: one });
    }
}
