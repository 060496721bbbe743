//! An action and what it may be asked about.

use std::fmt;

use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{Fact, FactKey, ObjectKind, ObjectType};
use serde_json::{Value, json};
use uuid::Uuid;

/// Something that can be granted and asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Id.
    pub id: Uuid,
    /// Unique.
    pub name: String,
    /// What it means.
    pub description: Option<String>,
    /// What it may be asked about, sorted.
    pub applicability: Vec<Applicability>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// Objects that an action may be asked about: all of a kind, or those of a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Applicability {
    /// Coarse kind.
    pub kind: ObjectKind,
    /// Type, `kind:sub`; none means every type of the kind.
    pub object_type: Option<String>,
}

impl Applicability {
    /// Reads both columns; a type may be written with or without its kind in front.
    pub fn read(kind: &str, object_type: Option<&str>) -> Result<Applicability, ActionFault> {
        let kind: ObjectKind = kind.trim().parse().map_err(|_| ActionFault::NoSuchKind)?;
        if kind == ObjectKind::Platform {
            return Err(ActionFault::NoSuchKind);
        }
        let object_type = match object_type.map(str::trim).filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => {
                let whole = ObjectType::within(kind, text).filter(|whole| !whole.sub.is_empty());
                Some(whole.ok_or(ActionFault::TypeOfAnotherKind)?.to_string())
            }
        };
        Ok(Applicability { kind, object_type })
    }

    /// Whether objects of this kind and, where one is known, type are among those meant.
    pub fn covers(&self, target: &Target) -> bool {
        self.kind == target.kind
            && match (&self.object_type, &target.object_type) {
                (None, _) => true,
                (Some(own), Some(asked)) => own == asked,
                // A block over a whole kind may hold an action of some of its types.
                (Some(_), None) => true,
            }
    }

    /// The row as decisions know it.
    pub fn fact(&self, action: Uuid) -> Fact {
        Fact::Applicability { action, object_kind: self.kind, object_type: self.object_type.clone() }
    }

    /// What identifies the row in decisions.
    pub fn key(&self, action: Uuid) -> FactKey {
        FactKey::Applicability { action, object_kind: self.kind, object_type: self.object_type.clone() }
    }
}

/// What may be asked about a custom API endpoint: the gate before it knows no other.
const ENDPOINT_ACTIONS: [&str; 2] = ["execute", "manage"];

/// A kind of object, or a type within it, at which a grant is aimed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// Coarse kind.
    pub kind: ObjectKind,
    /// Type, `kind:sub`; none means the whole kind.
    pub object_type: Option<String>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.object_type.as_deref().unwrap_or(self.kind.as_str()))
    }
}

impl Action {
    /// Whether it may be asked about such objects. Of a custom API endpoint that is known without a row.
    pub fn applies_to(&self, target: &Target) -> bool {
        let endpoint =
            target.kind == ObjectKind::ApiEndpoint && ENDPOINT_ACTIONS.contains(&self.name.as_str());
        endpoint || self.applicability.iter().any(|row| row.covers(target))
    }

    /// The action as decisions know it, without its applicability.
    pub fn fact(&self) -> Fact {
        Fact::Action { id: self.id, name: self.name.clone() }
    }

    /// The action as the ledger shows it.
    pub fn state(&self) -> Value {
        let rows: Vec<Value> = self
            .applicability
            .iter()
            .map(|row| json!({ "object_kind": row.kind.as_str(), "object_type": row.object_type }))
            .collect();
        json!({ "name": self.name, "description": self.description, "applicability": rows })
    }
}

/// What an update may change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ActionPatch {
    /// A new name.
    pub name: Option<String>,
    /// `Some(None)` takes the description away.
    pub description: Option<Option<String>>,
    /// What it may be asked about from now on, whole.
    pub applicability: Option<Vec<Applicability>>,
}

/// What cannot be said about an action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionFault {
    /// The kind does not exist, or nothing can be asked about it.
    #[error("invalid value")]
    NoSuchKind,
    /// The type names another kind than the one beside it.
    #[error("objectType namespace must match objectKind")]
    TypeOfAnotherKind,
    /// There is no such row.
    #[error("capability applicability row not found")]
    NoSuchRow,
}

impl Fault for ActionFault {
    fn kind(&self) -> Kind {
        match self {
            ActionFault::NoSuchRow => Kind::Missing,
            ActionFault::NoSuchKind | ActionFault::TypeOfAnotherKind => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            ActionFault::NoSuchKind => "invalid_value",
            ActionFault::TypeOfAnotherKind => "object_type.other_kind",
            ActionFault::NoSuchRow => "not_found",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_type_are_one_row() {
        let long = Applicability::read("resource", Some("resource:channel")).unwrap();
        assert_eq!(long, Applicability::read("resource", Some("channel")).unwrap());
        assert_eq!(long.object_type.as_deref(), Some("resource:channel"));
        assert_eq!(Applicability::read("resource", Some(" ")).unwrap().object_type, None);
        assert_eq!(
            Applicability::read("resource", Some("entity:device")),
            Err(ActionFault::TypeOfAnotherKind)
        );
        assert_eq!(Applicability::read("platform", None), Err(ActionFault::NoSuchKind));
        assert_eq!(Applicability::read("chair", None), Err(ActionFault::NoSuchKind));
    }

    #[test]
    fn a_row_covers_its_type_and_a_kind_row_everything_of_the_kind() {
        let of = |kind: ObjectKind, object_type: Option<&str>| Target {
            kind,
            object_type: object_type.map(str::to_owned),
        };
        let channels = Applicability::read("resource", Some("channel")).unwrap();
        assert!(channels.covers(&of(ObjectKind::Resource, Some("resource:channel"))));
        assert!(!channels.covers(&of(ObjectKind::Resource, Some("resource:rule"))));
        assert!(channels.covers(&of(ObjectKind::Resource, None)));
        let all = Applicability::read("resource", None).unwrap();
        assert!(all.covers(&of(ObjectKind::Resource, Some("resource:rule"))));
        assert!(!all.covers(&of(ObjectKind::Entity, None)));
    }
}
