//! What is to be taken over, whatever file it came from.

use std::collections::BTreeMap;

use atoll_base::{Fault, Kind};
use atoll_policy::EntityKind;
use serde_json::{Map, Value};

use crate::passwords::Hash;

/// Among the attributes: where something came from.
pub(super) const IMPORTED: &str = "imported";

/// What is to be taken over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// What kind of house it comes from.
    pub source: &'static str,
    /// Roles; they grant nothing until somebody gives them blocks.
    pub roles: Vec<RoleWish>,
    /// Principal groups, those above before those below.
    pub groups: Vec<GroupWish>,
    /// People, services and applications.
    pub subjects: Vec<SubjectWish>,
    /// What cannot be taken over, and how many of it.
    pub left: BTreeMap<String, u64>,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleWish {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupWish {
    /// Its id there.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The group above it, by its place in the list.
    pub parent: Option<usize>,
    /// The roles that it holds, by name.
    pub roles: Vec<String>,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectWish {
    /// The id there.
    pub id: String,
    /// What it is.
    pub kind: EntityKind,
    /// The name.
    pub name: String,
    /// Whether it may sign in.
    pub active: bool,
    /// Attributes.
    pub attributes: Map<String, Value>,
    /// The hash of the password, in a form that can be stored here.
    pub password: Option<Hash>,
    /// The groups that it is in, by their place in the list.
    pub groups: Vec<usize>,
    /// The roles that it holds, by name.
    pub roles: Vec<String>,
}

impl Import {
    /// Notes that something of this kind cannot be taken over.
    pub(super) fn leave(&mut self, what: impl Into<String>) {
        *self.left.entry(what.into()).or_default() += 1;
    }

    /// Adds where something came from to its attributes.
    pub(super) fn origin(source: &str, id: &str) -> Value {
        serde_json::json!({ "from": source, "id": id })
    }
}

/// A file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadImport(pub String);

impl Fault for BadImport {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "import.invalid"
    }
}
