//! A role and what holds for it.

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{Fact, ObjectKind, ObjectRef};
use serde_json::{Value, json};
use uuid::Uuid;

/// A role: a named set of permission blocks, which subjects are assigned to. Roles do not nest.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Id.
    pub id: Uuid,
    /// Unique among roles of the same tenant that are not deleted.
    pub name: String,
    /// Owning tenant; none for a role of the platform. Never changes.
    pub tenant: Option<Uuid>,
    /// What it is for.
    pub description: Option<String>,
    /// Who deleted it.
    pub deleted_by: Option<Uuid>,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
}

/// What an update may change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct RolePatch {
    /// A new name.
    pub name: Option<String>,
    /// `Some(None)` takes the description away.
    pub description: Option<Option<String>>,
}

/// What a role amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DerivedKind {
    /// It holds blocks.
    Simple,
    /// It is made of other roles: none is.
    Composite,
    /// It holds nothing.
    Empty,
}

impl DerivedKind {
    /// Reads the word of the interface.
    pub fn read(text: &str) -> Result<DerivedKind, RoleFault> {
        match text {
            "simple" => Ok(DerivedKind::Simple),
            "composite" => Ok(DerivedKind::Composite),
            "empty" => Ok(DerivedKind::Empty),
            _ => Err(RoleFault::NoSuchKind),
        }
    }
}

impl Role {
    /// Applies a patch; returns the names of the fields it touched.
    pub fn apply(&mut self, patch: RolePatch, now: Moment) -> Vec<&'static str> {
        let mut touched = Vec::new();
        if let Some(name) = patch.name {
            self.name = name;
            touched.push("name");
        }
        if let Some(description) = patch.description {
            self.description = description;
            touched.push("description");
        }
        self.updated_at = Some(now);
        touched
    }

    /// The role as decisions know it, without its blocks.
    pub fn fact(&self) -> Fact {
        Fact::Role {
            id: self.id,
            tenant: self.tenant,
            name: self.name.clone(),
            deleted: self.deleted_at.is_some(),
        }
    }

    /// The role as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({ "name": self.name, "tenant_id": self.tenant, "description": self.description })
    }
}

impl Guarded for Role {
    type Noun = Role;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Role, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// What cannot be done with a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleFault {
    /// A block that is not there or belongs elsewhere.
    #[error("role permission blocks must exist and belong to the same tenant as the role")]
    ForeignBlock,
    /// No such word.
    #[error("derivedKind must be simple, composite, or empty")]
    NoSuchKind,
}

impl Fault for RoleFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            RoleFault::ForeignBlock => "role.foreign_block",
            RoleFault::NoSuchKind => "role.derived_kind",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_roles_are_three_words() {
        assert_eq!(DerivedKind::read("empty"), Ok(DerivedKind::Empty));
        let error = DerivedKind::read("nested").unwrap_err();
        assert_eq!(error.to_string(), "derivedKind must be simple, composite, or empty");
    }
}
