//! How objects are named: by coarse kind and id, and by type (`kind:sub`).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use hashbrown::Equivalent;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::words::{ObjectKind, UnknownWord};

/// One object: its coarse kind and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Coarse kind.
    pub kind: ObjectKind,
    /// Id; nil for the platform.
    pub id: Uuid,
}

impl ObjectRef {
    /// The platform itself, which has no id.
    pub const PLATFORM: Self = Self { kind: ObjectKind::Platform, id: Uuid::nil() };

    /// Names the object of this kind and id.
    pub const fn new(kind: ObjectKind, id: Uuid) -> Self {
        Self { kind, id }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::PLATFORM { f.write_str("platform") } else { write!(f, "{} {}", self.kind, self.id) }
    }
}

/// An object type: a coarse kind and a sub-kind, written `kind:sub`, for example `resource:channel`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType {
    /// Coarse kind.
    pub kind: ObjectKind,
    /// Sub-kind: the kind of the entity, resource or credential; the coarse kind again for other objects.
    pub sub: Arc<str>,
}

impl ObjectType {
    /// The type of this coarse kind and sub-kind.
    pub fn new(kind: ObjectKind, sub: &str) -> Self {
        Self { kind, sub: sub.into() }
    }

    /// Reads a type said about objects of `kind`: both `channel` and `resource:channel` mean the channel
    /// resources. `None` when the text names another coarse kind.
    pub fn within(kind: ObjectKind, text: &str) -> Option<Self> {
        match text.split_once(':').map(|(prefix, sub)| (prefix.parse::<ObjectKind>(), sub)) {
            Some((Ok(named), sub)) => (named == kind).then(|| Self::new(kind, sub)),
            // A colon may be part of a free-form resource kind.
            Some((Err(_), _)) | None => Some(Self::new(kind, text)),
        }
    }

    pub(crate) fn as_ref(&self) -> TypeRef<'_> {
        TypeRef { kind: self.kind, sub: &self.sub }
    }
}

impl fmt::Display for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.sub)
    }
}

impl FromStr for ObjectType {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (kind, sub) = text.split_once(':').unwrap_or((text, ""));
        Ok(Self::new(kind.parse()?, sub))
    }
}

impl Serialize for ObjectType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// An [`ObjectType`] borrowed from an object, to look one up without allocating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeRef<'a> {
    pub(crate) kind: ObjectKind,
    pub(crate) sub: &'a str,
}

impl Equivalent<ObjectType> for TypeRef<'_> {
    fn equivalent(&self, other: &ObjectType) -> bool {
        self.kind == other.kind && self.sub == &*other.sub
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_type_are_one_type() {
        let full = ObjectType::within(ObjectKind::Resource, "resource:channel");
        assert_eq!(full, ObjectType::within(ObjectKind::Resource, "channel"));
        assert_eq!(full.unwrap().to_string(), "resource:channel");
        assert_eq!(ObjectType::within(ObjectKind::Resource, "entity:device"), None);
        let colon = ObjectType::within(ObjectKind::Resource, "iot:sensor").unwrap();
        assert_eq!(colon.to_string(), "resource:iot:sensor");
        assert_eq!(ObjectType::within(ObjectKind::Resource, "resource:iot:sensor"), Some(colon));
    }

    #[test]
    fn a_type_is_a_string_in_json() {
        let json = serde_json::json!("resource:channel");
        let typed: ObjectType = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&typed).unwrap(), json);
        assert!(serde_json::from_value::<ObjectType>(serde_json::json!("chair:x")).is_err());
    }
}
