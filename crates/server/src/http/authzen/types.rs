//! The standard's types of subjects and resources, in Atoll's words.

use atoll_access::resources;
use atoll_policy::{EntityKind, ObjectKind, World};
use uuid::Uuid;

/// Which entities a subject type means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubjectType {
    /// All.
    Any,
    /// Those of one kind.
    Kind(EntityKind),
}

impl SubjectType {
    /// None for a type that no entity has.
    pub(super) fn read(text: &str) -> Option<SubjectType> {
        match text {
            "user" => Some(SubjectType::Kind(EntityKind::Human)),
            "entity" => Some(SubjectType::Any),
            kind => kind.parse().ok().map(SubjectType::Kind),
        }
    }

    /// The one kind, if there is only one.
    pub(super) fn kind(self) -> Option<EntityKind> {
        match self {
            SubjectType::Any => None,
            SubjectType::Kind(kind) => Some(kind),
        }
    }
}

/// Which objects a resource type means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResourceType {
    pub(super) kind: ObjectKind,
    /// The sub-kind, where it matters.
    pub(super) sub: Option<String>,
}

impl ResourceType {
    /// None for a type that no object has.
    pub(super) fn read(text: &str) -> Option<ResourceType> {
        let whole = |kind| Some(ResourceType { kind, sub: None });
        match text {
            "tenant" => whole(ObjectKind::Tenant),
            "group" => whole(ObjectKind::Group),
            "credential" => whole(ObjectKind::Credential),
            "entity" => whole(ObjectKind::Entity),
            _ => match text.strip_prefix("entity:") {
                Some(kind) => kind.parse().ok().map(|kind: EntityKind| ResourceType {
                    kind: ObjectKind::Entity,
                    sub: Some(kind.as_str().to_owned()),
                }),
                None => resources::kind(text)
                    .ok()
                    .map(|kind| ResourceType { kind: ObjectKind::Resource, sub: Some(kind) }),
            },
        }
    }

    /// Whether the object with this id is one of them.
    pub(super) fn fits(&self, world: &World, id: Uuid) -> bool {
        let sub = match self.kind {
            ObjectKind::Tenant => return world.tenant(id).is_some(),
            ObjectKind::Group => return world.group(id).is_some(),
            ObjectKind::Credential => return world.credential(id).is_some(),
            ObjectKind::Entity => world.entity(id).map(|entity| entity.kind.as_str()),
            _ => world.resource(id).map(|resource| resource.kind),
        };
        sub.is_some_and(|sub| self.sub.as_deref().is_none_or(|wanted| wanted == sub))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_users_too() {
        let human = Some(SubjectType::Kind(EntityKind::Human));
        assert_eq!([SubjectType::read("user"), SubjectType::read("human")], [human, human]);
        assert_eq!(SubjectType::read("device").and_then(SubjectType::kind), Some(EntityKind::Device));
        assert_eq!(SubjectType::read("entity").map(SubjectType::kind), Some(None));
        for unknown in ["spaceship", "", "User", "group"] {
            assert_eq!(SubjectType::read(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn whatever_is_nothing_else_is_a_resource() {
        let named = |text: &str| {
            let read = ResourceType::read(text)?;
            Some((read.kind, read.sub.unwrap_or_default()))
        };
        let resource = |kind: &str| Some((ObjectKind::Resource, kind.to_owned()));
        assert_eq!([named("record"), named("resource:record")], [resource("record"), resource("record")]);
        assert_eq!(named("iot:sensor"), resource("iot:sensor"));
        assert_eq!(named("resource:tenant"), resource("tenant"));
        assert_eq!(named("tenant"), Some((ObjectKind::Tenant, String::new())));
        assert_eq!(named("entity:device"), Some((ObjectKind::Entity, "device".into())));
        for unknown in ["entity:spaceship", "resource:", ""] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
    }
}
