//! Where grants are found: by tenant boundary and action, then by the place they apply to.

use std::sync::Arc;

use hashbrown::Equivalent;
use smallvec::SmallVec;
use uuid::Uuid;

use crate::object::{ObjectType, TypeRef};
use crate::posting::{Entry, Posting};
use crate::scope::Scope;
use crate::sharded::{Sharded, hash_of};
use crate::target::Target;
use crate::words::{Effect, ObjectKind};
use crate::world::World;

/// The grants of one action within one boundary.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActionIndex {
    wide: Vec<(Wide, Posting)>,
    types: Sharded<ObjectType, Posting>,
    objects: Sharded<Uuid, Posting>,
    groups: Sharded<GroupPlace, Posting>,
}

/// Places of which there are never many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wide {
    Platform,
    Tenant,
    Kind(ObjectKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum GroupMode {
    DirectObjects,
    DescendantObjects,
    ChildGroups,
    DescendantGroups,
    Itself,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct GroupPlace {
    mode: GroupMode,
    group: Uuid,
    object_type: Option<ObjectType>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct GroupPlaceRef<'a> {
    mode: GroupMode,
    group: Uuid,
    object_type: Option<TypeRef<'a>>,
}

impl Equivalent<GroupPlace> for GroupPlaceRef<'_> {
    fn equivalent(&self, other: &GroupPlace) -> bool {
        self.mode == other.mode
            && self.group == other.group
            && self.object_type == other.object_type.as_ref().map(ObjectType::as_ref)
    }
}

/// A posting that covers an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Covering<'a> {
    pub(crate) posting: &'a Posting,
    /// Whether its allows count; those of an object group that is not in use do not.
    pub(crate) open: bool,
}

/// The postings that cover an object; a handful.
pub(crate) type Coverings<'a> = SmallVec<[Covering<'a>; 16]>;

impl ActionIndex {
    /// The index of all these entries at their scopes, made in one go.
    pub(crate) fn of(entries: impl Iterator<Item = (Scope, Entry)>) -> Self {
        let mut index = Self::default();
        let mut of_objects: Vec<(u64, Uuid, Entry)> = Vec::new();
        for (scope, entry) in entries {
            match scope {
                Scope::Object { id, .. } => of_objects.push((hash_of(&id), id, entry)),
                scope => index.insert(&scope, entry),
            }
        }
        of_objects.sort_unstable_by_key(|(hash, id, _)| (*hash, *id));
        let mut objects = Vec::new();
        let mut here: Vec<Entry> = Vec::new();
        for same in of_objects.chunk_by(|one, other| one.1 == other.1) {
            here.clear();
            here.extend(same.iter().map(|(_, _, entry)| *entry));
            objects.push((same[0].1, Posting::of(&here)));
        }
        index.objects = Sharded::of_sorted(objects);
        index
    }

    /// Adds an entry at the place of the scope.
    pub(crate) fn insert(&mut self, scope: &Scope, entry: Entry) {
        let posting = match place(scope) {
            Place::Wide(wide) => match self.wide.iter().position(|(known, _)| *known == wide) {
                Some(at) => &mut self.wide[at].1,
                None => {
                    self.wide.push((wide, Posting::default()));
                    &mut self.wide.last_mut().expect("pushed just above").1
                }
            },
            Place::Type(object_type) => self.types.get_or_insert_with(object_type.clone(), Posting::default),
            Place::Object(id) => self.objects.get_or_insert_with(id, Posting::default),
            Place::Group(key) => self.groups.get_or_insert_with(key, Posting::default),
        };
        posting.insert(entry);
    }

    /// Removes an entry from the place of the scope.
    pub(crate) fn remove(&mut self, scope: &Scope, entry: &Entry) {
        match place(scope) {
            Place::Wide(wide) => {
                let Some(at) = self.wide.iter().position(|(known, _)| *known == wide) else { return };
                self.wide[at].1.remove(entry);
                if self.wide[at].1.is_empty() {
                    self.wide.swap_remove(at);
                }
            }
            Place::Type(object_type) => remove_at(&mut self.types, object_type, entry),
            Place::Object(id) => remove_at(&mut self.objects, &id, entry),
            Place::Group(key) => remove_at(&mut self.groups, &key, entry),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.wide.is_empty() && self.types.is_empty() && self.objects.is_empty() && self.groups.is_empty()
    }

    /// The posting at platform scope.
    pub(crate) fn platform(&self) -> Option<&Posting> {
        self.wide(Wide::Platform)
    }

    /// The posting at the scope of the tenant this index is bounded to.
    pub(crate) fn tenant(&self) -> Option<&Posting> {
        self.wide(Wide::Tenant)
    }

    /// The posting at the scope of exactly this object.
    pub(crate) fn object(&self, id: Uuid) -> Option<&Posting> {
        self.objects.get(&id)
    }

    fn wide(&self, wide: Wide) -> Option<&Posting> {
        self.wide.iter().find(|(known, _)| *known == wide).map(|(_, posting)| posting)
    }

    /// Whether somebody holds something with this effect by way of one of these groups.
    pub(crate) fn reaches_through(&self, groups: &[Uuid], effect: Effect) -> bool {
        let holds = |posting: &Posting| posting.has(effect);
        self.groups.iter().any(|(place, posting)| groups.contains(&place.group) && holds(posting))
    }

    /// Collects the postings that cover the target.
    pub(crate) fn covering<'a>(&'a self, world: &World, target: &Target<'_>, into: &mut Coverings<'a>) {
        let kind = target.object.kind;
        let mut take = |posting: &'a Posting, open: bool| into.push(Covering { posting, open });
        for (wide, posting) in &self.wide {
            if matches!(wide, Wide::Platform | Wide::Tenant) || *wide == Wide::Kind(kind) {
                take(posting, true);
            }
        }
        if let Some(posting) = target.type_ref().and_then(|object_type| self.types.get(&object_type)) {
            take(posting, true);
        }
        if kind != ObjectKind::Platform
            && let Some(posting) = self.objects.get(&target.object.id)
        {
            take(posting, true);
        }
        if !self.groups.is_empty() {
            self.covering_groups(world, target, &mut take);
        }
    }

    fn covering_groups<'a>(
        &'a self,
        world: &World,
        target: &Target<'_>,
        take: &mut impl FnMut(&'a Posting, bool),
    ) {
        use GroupMode::{ChildGroups, DescendantGroups, DescendantObjects, DirectObjects, Itself};
        let of_groups = target.object.kind == ObjectKind::Group;
        let object_type = if of_groups { None } else { target.type_ref() };
        // What a grant through the group at this height of the chain looks like.
        let modes = |height: usize| -> &'static [GroupMode] {
            match (of_groups, height) {
                (true, 0) => &[ChildGroups, DescendantGroups],
                (true, _) => &[DescendantGroups],
                (false, 0) => &[DirectObjects],
                (false, _) => &[DescendantObjects],
            }
        };
        let find = |mode, group| self.groups.get(&GroupPlaceRef { mode, group, object_type });
        if of_groups && let Some(posting) = find(Itself, target.object.id) {
            take(posting, true);
        }
        let chain = target.chain(world);
        if self.groups.len() * 4 < chain.len() {
            // Few grants and a deep hierarchy: look where the grants are.
            for (key, posting) in self.groups.iter() {
                if key.object_type.as_ref().map(ObjectType::as_ref) == object_type
                    && let Some(height) = chain.height(key.group)
                    && modes(height).contains(&key.mode)
                {
                    take(posting, height < chain.open);
                }
            }
            return;
        }
        for (height, group) in chain.iter().enumerate() {
            for mode in modes(height) {
                if let Some(posting) = find(*mode, group) {
                    take(posting, height < chain.open);
                }
            }
        }
    }
}

fn remove_at<K: std::hash::Hash + Eq + Clone>(map: &mut Sharded<K, Posting>, key: &K, entry: &Entry) {
    let Some(posting) = map.get_mut(key) else { return };
    posting.remove(entry);
    if posting.is_empty() {
        map.remove(key);
    }
}

enum Place<'a> {
    Wide(Wide),
    Type(&'a ObjectType),
    Object(Uuid),
    Group(GroupPlace),
}

fn place(scope: &Scope) -> Place<'_> {
    let in_group = |mode, group: &Uuid, object_type: Option<&ObjectType>| {
        Place::Group(GroupPlace { mode, group: *group, object_type: object_type.cloned() })
    };
    match scope {
        Scope::Platform => Place::Wide(Wide::Platform),
        Scope::Tenant(_) => Place::Wide(Wide::Tenant),
        Scope::Kind(kind) => Place::Wide(Wide::Kind(*kind)),
        Scope::Type(object_type) => Place::Type(object_type),
        Scope::Object { id, .. } => Place::Object(*id),
        Scope::GroupDirectObjects { group, object_type } => {
            in_group(GroupMode::DirectObjects, group, Some(object_type))
        }
        Scope::GroupDescendantObjects { group, object_type } => {
            in_group(GroupMode::DescendantObjects, group, Some(object_type))
        }
        Scope::GroupChildGroups { group } => in_group(GroupMode::ChildGroups, group, None),
        Scope::GroupDescendantGroups { group } => in_group(GroupMode::DescendantGroups, group, None),
        Scope::Group { group } => in_group(GroupMode::Itself, group, None),
    }
}

/// The one boundary that several make together: none if nothing is bounded, `Err` if they contradict each other.
pub(crate) fn narrowed(boundaries: [Option<Uuid>; 3]) -> Result<Option<Uuid>, ()> {
    boundaries.into_iter().flatten().try_fold(None, |narrow, tenant| match narrow {
        Some(other) if other != tenant => Err(()),
        _ => Ok(Some(tenant)),
    })
}

impl Scope {
    /// The tenant outside of which the scope covers nothing.
    pub(crate) const fn boundary(&self) -> Option<Uuid> {
        match self {
            Self::Tenant(tenant) => Some(*tenant),
            _ => None,
        }
    }
}

impl World {
    /// The postings of an action that cover the target: the unbounded ones and, if those are `bounded`, those of its
    /// tenant.
    pub(crate) fn covering<'a>(&'a self, action: Uuid, target: &Target<'_>, bounded: bool) -> Coverings<'a> {
        let mut found = Coverings::new();
        if let Some(index) = self.index.get(&(None, action)) {
            index.covering(self, target, &mut found);
        }
        if bounded
            && target.tenant.is_some()
            && let Some(index) = self.index.get(&(target.tenant, action))
        {
            index.covering(self, target, &mut found);
        }
        found
    }

    pub(crate) fn index_insert(&mut self, boundary: Option<Uuid>, action: Uuid, scope: &Scope, entry: Entry) {
        let index = self.index.get_or_insert_with((boundary, action), Arc::default);
        Arc::make_mut(index).insert(scope, entry);
    }

    pub(crate) fn index_remove(
        &mut self,
        boundary: Option<Uuid>,
        action: Uuid,
        scope: &Scope,
        entry: &Entry,
    ) {
        let Some(index) = self.index.get_mut(&(boundary, action)) else { return };
        let index = Arc::make_mut(index);
        index.remove(scope, entry);
        if index.is_empty() {
            self.index.remove(&(boundary, action));
        }
    }
}
