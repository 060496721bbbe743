//! Everything decisions need, as it was at one moment.

use std::sync::Arc;

use uuid::Uuid;

use crate::actions::Actions;
use crate::bag::Bag;
use crate::fact::{Change, Subject};
use crate::ids::Ids;
use crate::index::ActionIndex;
use crate::lineage::Lineage;
use crate::object::ObjectRef;
use crate::rows::{
    Assignees, Assignment, BlockSlot, CredentialRow, EntityRow, GroupRow, Held, Policy, ResourceRow, RoleRow,
    TenantRow, Windows,
};
use crate::sharded::Sharded;
use crate::tally::Tally;
use crate::window::Window;
use crate::words::ObjectKind;

/// An immutable snapshot of everything decisions need.
///
/// Cloning is free and [`apply`](Self::apply) shares with the old snapshot all that did not change, so that a new
/// one can be published after every write while readers go on with theirs.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(crate) strict: bool,
    pub(crate) actions: Arc<Actions>,
    pub(crate) tenants: Sharded<Uuid, Arc<TenantRow>>,
    pub(crate) entities: Sharded<Uuid, Arc<EntityRow>>,
    pub(crate) resources: Sharded<Uuid, Arc<ResourceRow>>,
    pub(crate) groups: Sharded<Uuid, Arc<GroupRow>>,
    pub(crate) credentials: Sharded<Uuid, Arc<CredentialRow>>,
    /// Tenants of custom API endpoints.
    pub(crate) endpoints: Sharded<Uuid, Option<Uuid>>,
    pub(crate) roles: Sharded<Uuid, Arc<RoleRow>>,
    pub(crate) blocks: Sharded<Uuid, BlockSlot>,
    pub(crate) assignments: Sharded<Uuid, Assignment>,
    pub(crate) policies: Sharded<Uuid, Policy>,
    /// When assignments and policies count that begin or end.
    pub(crate) windows: Sharded<Uuid, Window>,
    /// Object group directly above an entity or resource.
    pub(crate) placements: Sharded<ObjectRef, Uuid>,
    /// Entities and resources directly in an object group.
    pub(crate) contents: Sharded<(Uuid, ObjectKind), Ids>,
    /// Groups directly below a group.
    pub(crate) children: Sharded<Uuid, Bag<Uuid>>,
    pub(crate) lineages: Sharded<Uuid, Arc<Lineage>>,
    /// Principal groups an entity is directly in.
    pub(crate) joined: Sharded<Uuid, Bag<Uuid>>,
    pub(crate) joined_windows: Sharded<Uuid, Windows>,
    /// Entities directly in a principal group.
    pub(crate) members: Sharded<Uuid, Ids>,
    /// Tenants an entity is an active member of.
    pub(crate) memberships: Sharded<Uuid, Bag<Uuid>>,
    pub(crate) membership_windows: Sharded<Uuid, Windows>,
    /// Active members of a tenant.
    pub(crate) tenant_members: Sharded<Uuid, Ids>,
    /// Every object by kind, and by kind and tenant.
    pub(crate) listed: Sharded<(ObjectKind, Listed), Ids>,
    /// How many of those are of each sub-kind.
    pub(crate) tallies: Sharded<Tally, usize>,
    /// Tenants that are not in use: those that are known, and those that anything is listed in.
    pub(crate) dormant: Ids,
    pub(crate) role_blocks: Sharded<Uuid, Bag<Uuid>>,
    pub(crate) assignees: Sharded<Uuid, Arc<Assignees>>,
    pub(crate) held: Sharded<Subject, Held>,
    /// Grants by boundary and action.
    pub(crate) index: Sharded<(Option<Uuid>, Uuid), Arc<ActionIndex>>,
    /// How far each stream of changes has been taken in.
    pub(crate) revisions: Sharded<Uuid, i64>,
}

/// Which objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Listed {
    All,
    Of(Uuid),
}

impl World {
    /// A world in which nothing exists.
    ///
    /// With `strict`, a deny whose condition cannot be judged stands; without, such a deny does not match. An allow
    /// whose condition cannot be judged never matches.
    pub fn new(strict: bool) -> Self {
        Self { strict, ..Self::default() }
    }

    /// The world after these changes. This one stays as it is.
    #[must_use]
    pub fn apply(&self, changes: &[Change]) -> Self {
        let mut world = self.clone();
        world.change(changes.iter().cloned());
        world
    }

    /// The same world, known to hold everything up to this revision of a stream of changes. What streams and revisions are
    /// is up to whoever keeps them; the engine only remembers them, so that a world says what it is made of.
    #[must_use]
    pub fn at_revision(mut self, stream: Uuid, revision: i64) -> Self {
        self.revisions.insert(stream, revision);
        self
    }

    /// Up to which revision of the stream this world holds everything; 0 if nothing of it.
    pub fn revision(&self, stream: Uuid) -> i64 {
        self.revisions.get(&stream).copied().unwrap_or(0)
    }

    /// Whether a deny stands when its condition cannot be judged.
    pub const fn is_strict(&self) -> bool {
        self.strict
    }
}
