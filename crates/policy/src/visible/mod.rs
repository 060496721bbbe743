//! What a subject may see in lists: a filter, built once, that a query carries out.

mod collect;
mod count;
mod named;

use std::sync::Arc;

use uuid::Uuid;

use crate::object::ObjectRef;
use crate::target::Target;
use crate::words::ObjectKind;
use crate::world::World;

pub use count::Only;

/// Which objects of one kind a subject may act on, as a filter for queries.
///
/// An object passes if it has one of the [`types`](Self::types), some scope of [`allow`](Self::allow) covers it, no
/// scope of [`deny`](Self::deny) does, and some scope of the [`ceiling`](Self::ceiling) does where there is one.
/// Only unconditional allows are in it, while every deny is, conditional or not. The query itself leaves out what is
/// deleted and what belongs to a tenant that is not active; switched-off entities and groups are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// Coarse kind of the objects.
    pub kind: ObjectKind,
    /// The only sub-kinds the action applies to; none means all.
    pub types: Option<Vec<Arc<str>>>,
    /// What is granted; nothing passes if it is empty.
    pub allow: Vec<VisibleScope>,
    /// What is refused.
    pub deny: Vec<VisibleScope>,
    /// What the access token may be used for at most; none means that there is no ceiling.
    pub ceiling: Option<Vec<VisibleScope>>,
}

/// Some of the objects of the kind. `within` is the only tenant they may belong to; none means any or none.
/// A tenant belongs to itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`within` is described above")]
pub enum VisibleScope {
    /// All of them.
    Everything { within: Option<Uuid> },
    /// Those of a sub-kind.
    Type { sub: Arc<str>, within: Option<Uuid> },
    /// These, by id; sorted.
    Objects { ids: Vec<Uuid>, within: Option<Uuid> },
    /// Those of a sub-kind that lie directly in one of these object groups; sorted.
    PlacedIn { groups: Vec<Uuid>, sub: Arc<str>, within: Option<Uuid> },
    /// Groups whose parent is one of these; sorted.
    ChildrenOf { groups: Vec<Uuid>, within: Option<Uuid> },
}

impl Visible {
    /// A filter that nothing passes.
    pub const fn nothing(kind: ObjectKind) -> Self {
        Self { kind, types: None, allow: Vec::new(), deny: Vec::new(), ceiling: None }
    }

    /// Whether nothing can pass, so that no query is needed.
    pub fn is_nothing(&self) -> bool {
        self.allow.is_empty()
            || self.ceiling.as_ref().is_some_and(Vec::is_empty)
            || self.types.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether the object passes, with all that the query checks: it exists, is not deleted, and its tenant is
    /// active.
    pub fn admits(&self, world: &World, object: ObjectRef) -> bool {
        let found = world.target(object).filter(|target| target.object.kind == self.kind && !target.deleted);
        let Some(target) = found.filter(|target| world.is_active(target.tenant)) else { return false };
        let covered = |scopes: &[VisibleScope]| scopes.iter().any(|scope| scope.covers(world, &target));
        let typed = self.types.as_ref().is_none_or(|types| types.iter().any(|sub| target.sub == Some(sub)));
        typed
            && covered(&self.allow)
            && !covered(&self.deny)
            && self.ceiling.as_ref().is_none_or(|ceiling| covered(ceiling))
    }
}

impl VisibleScope {
    /// The only tenant in which it covers anything.
    pub const fn within(&self) -> Option<Uuid> {
        match self {
            Self::Everything { within }
            | Self::Type { within, .. }
            | Self::Objects { within, .. }
            | Self::PlacedIn { within, .. }
            | Self::ChildrenOf { within, .. } => *within,
        }
    }

    fn covers(&self, world: &World, target: &Target<'_>) -> bool {
        if self.within().is_some() && self.within() != target.tenant {
            return false;
        }
        let of_type = |sub: &str| target.sub == Some(sub);
        let below = |groups: &[Uuid]| {
            target.chain(world).first().is_some_and(|above| groups.binary_search(&above).is_ok())
        };
        match self {
            Self::Everything { .. } => true,
            Self::Type { sub, .. } => of_type(sub),
            Self::Objects { ids, .. } => ids.binary_search(&target.object.id).is_ok(),
            Self::PlacedIn { groups, sub, .. } => of_type(sub) && below(groups),
            Self::ChildrenOf { groups, .. } => below(groups),
        }
    }
}
