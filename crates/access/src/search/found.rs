//! What a search found.

use atoll_policy as policy;
use atoll_policy::{ObjectKind, World};
use uuid::Uuid;

/// One thing that was found: that it is there and what it is, no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Id.
    pub id: Uuid,
    /// `entity:device`, `resource:channel`, `tenant`.
    pub object_type: String,
}

/// A page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// In the order of their ids.
    pub items: Vec<Found>,
    /// Where to go on, unless everything has been looked at. A page may end early, even empty, and still have more after
    /// it.
    pub next: Option<Uuid>,
}

impl Matches {
    pub(super) fn of(world: &World, kind: ObjectKind, matches: policy::Matches) -> Matches {
        let named = |id: Uuid| {
            let sub = match kind {
                ObjectKind::Entity => world.entity(id).map(|entity| entity.kind.as_str()),
                ObjectKind::Resource => world.resource(id).map(|resource| resource.kind),
                ObjectKind::Credential => world.credential(id).map(|credential| credential.kind),
                _ => None,
            };
            let object_type = sub.map_or_else(|| kind.to_string(), |sub| format!("{kind}:{sub}"));
            Found { id, object_type }
        };
        Matches { items: matches.ids.into_iter().map(named).collect(), next: matches.next }
    }
}
