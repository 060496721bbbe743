//! The objects that a filter names one by one.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Visible, VisibleScope};
use crate::object::ObjectRef;
use crate::words::ObjectKind;
use crate::world::World;

impl VisibleScope {
    /// Whether it speaks of a whole type or tenant, and not of single objects.
    pub const fn is_wide(&self) -> bool {
        matches!(self, Self::Everything { .. } | Self::Type { .. })
    }
}

impl Visible {
    /// The objects that pass, if all of them are named one by one; else those that pass and are named one by one in what
    /// is allowed, for whatever is not wide there. Sorted; none if more than `most` would have to be looked at.
    pub fn named(&self, world: &World, most: usize) -> Option<Vec<Uuid>> {
        let mut ids = BTreeSet::new();
        for scope in self.narrow_scopes() {
            for id in scope.objects(world, self.kind) {
                ids.insert(id);
                if ids.len() > most {
                    return None;
                }
            }
        }
        ids.retain(|id| self.admits(world, ObjectRef::new(self.kind, *id)));
        Some(ids.into_iter().collect())
    }

    /// Whether everything that passes is [named](Self::named).
    pub fn is_narrow(&self) -> bool {
        let narrow = |scopes: &[VisibleScope]| scopes.iter().all(|scope| !scope.is_wide());
        narrow(&self.allow) || self.ceiling.as_deref().is_some_and(narrow)
    }

    fn narrow_scopes(&self) -> impl Iterator<Item = &VisibleScope> {
        let by_ceiling =
            self.ceiling.as_deref().filter(|ceiling| ceiling.iter().all(|scope| !scope.is_wide()));
        by_ceiling.unwrap_or(&self.allow).iter().filter(|scope| !scope.is_wide())
    }
}

impl VisibleScope {
    /// What it names, perhaps more than once.
    pub(super) fn objects<'a>(
        &'a self,
        world: &'a World,
        kind: ObjectKind,
    ) -> Box<dyn Iterator<Item = Uuid> + 'a> {
        match self {
            Self::Everything { .. } | Self::Type { .. } => Box::new(std::iter::empty()),
            Self::Objects { ids, .. } => Box::new(ids.iter().copied()),
            Self::PlacedIn { groups, .. } => {
                let lying = groups.iter().filter_map(move |group| world.contents.get(&(*group, kind)));
                Box::new(lying.flat_map(|ids| ids.after(None)))
            }
            Self::ChildrenOf { groups, .. } => {
                let below = groups.iter().filter_map(|group| world.children.get(group));
                Box::new(below.flat_map(|ids| ids.iter()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_twice_counts_once_and_hides_nothing() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let these = |ids: &[Uuid]| VisibleScope::Objects { ids: ids.to_vec(), within: None };
        let allow = vec![these(&[one]), these(&[one, other])];
        let filter = Visible { allow, ..Visible::nothing(ObjectKind::Group) };
        let world = World::new(true);
        assert_eq!(filter.named(&world, 1), None, "two are more than one");
        assert_eq!(filter.named(&world, 2), Some(Vec::new()), "neither exists");
    }
}
