//! Collects the scopes of a filter from everything the subject holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::{Visible, VisibleScope};
use crate::asker::{Asker, MEMBERS_MAY, MEMBERS_OF};
use crate::ceiling::{Ceiling, CeilingScope};
use crate::decide::unconditional;
use crate::object::ObjectType;
use crate::scope::Scope;
use crate::window::When;
use crate::words::{Effect, EntityKind, GroupFlavour, ObjectKind};
use crate::world::World;

/// Whether objects of the kind differ by sub-kind. Those that do not all have the coarse kind as sub-kind.
const fn has_sub_kinds(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Entity | ObjectKind::Resource | ObjectKind::Credential)
}

fn is_whole_kind(kind: ObjectKind, sub: &str) -> bool {
    !has_sub_kinds(kind) && sub == kind.as_str()
}

/// Scopes of one list, those alike merged.
#[derive(Default)]
struct Scopes {
    everything: BTreeSet<Option<Uuid>>,
    types: BTreeSet<(Arc<str>, Option<Uuid>)>,
    objects: BTreeMap<Option<Uuid>, BTreeSet<Uuid>>,
    placed: BTreeMap<(Arc<str>, Option<Uuid>), BTreeSet<Uuid>>,
    children: BTreeMap<Option<Uuid>, BTreeSet<Uuid>>,
}

impl World {
    /// Which objects of the kind the subject may do the action to, as a filter. Nothing, if the subject does not
    /// exist or is not in use, or if the action does not apply to the kind.
    pub fn visible(
        &self,
        subject: Uuid,
        now: i64,
        ceiling: Option<&Ceiling>,
        action: &str,
        kind: ObjectKind,
    ) -> Visible {
        let (Ok(asker), Some(known)) =
            (Asker::find(self, subject, When::At(now)), self.actions.named(action))
        else {
            return Visible::nothing(kind);
        };
        let listed = || known.types_of(kind).map(|object_type| object_type.sub.clone());
        let every_entity = || EntityKind::ALL.iter().all(|sub| listed().any(|known| &*known == sub.as_str()));
        let types = if known.applies_to_kind(kind)
            || listed().any(|sub| is_whole_kind(kind, &sub))
            || (kind == ObjectKind::Entity && every_entity())
        {
            None
        } else {
            Some(listed().filter(|_| has_sub_kinds(kind)).collect())
        };
        let (mut allow, mut deny) = (Scopes::default(), Scopes::default());
        for grant in self.grants(&asker) {
            let Ok(within) = grant.boundary() else { continue };
            if !grant.block.actions.contains(&known.id) || !grant.window.is_open(now) {
                continue;
            }
            match grant.block.effect {
                Effect::Deny => deny.add(self, kind, &grant.block.scope(), within, false),
                Effect::Allow if unconditional(grant.block) => {
                    allow.add(self, kind, &grant.block.scope(), within, true);
                }
                Effect::Allow => {}
            }
        }
        if kind == MEMBERS_OF && action == MEMBERS_MAY {
            let tenants = self.memberships.get(&subject).into_iter().flat_map(|tenants| tenants.iter());
            for tenant in tenants.filter(|tenant| asker.is_member_of(*tenant)) {
                allow.objects.entry(None).or_default().insert(tenant);
            }
        }
        let ceiling = ceiling.map(|ceiling| {
            let mut scopes = Scopes::default();
            for entry in ceiling.unconditional(action) {
                scopes.add_ceiling(kind, entry);
            }
            scopes.into_list()
        });
        Visible { kind, types, allow: allow.into_list(), deny: deny.into_list(), ceiling }
    }

    /// The group and the groups below it; with `open` only as far as they are object groups in use.
    fn subtree(&self, top: Uuid, open: bool) -> BTreeSet<Uuid> {
        let passes = |group: &Uuid| {
            !open || self.groups.get(group).is_some_and(|row| row.serves(GroupFlavour::Object))
        };
        let mut found = BTreeSet::new();
        let mut waiting: Vec<Uuid> = Some(top).filter(passes).into_iter().collect();
        while let Some(group) = waiting.pop() {
            if found.insert(group) {
                let below = self.children.get(&group).into_iter().flat_map(|children| children.iter());
                waiting.extend(below.filter(passes));
            }
        }
        found
    }
}

impl Scopes {
    fn add(&mut self, world: &World, kind: ObjectKind, scope: &Scope, within: Option<Uuid>, open: bool) {
        let placeable = matches!(kind, ObjectKind::Entity | ObjectKind::Resource);
        let itself = |group: &Uuid| {
            let mut groups = world.subtree(*group, open);
            groups.retain(|one| one == group);
            groups
        };
        match scope {
            Scope::Platform | Scope::Tenant(_) => drop(self.everything.insert(within)),
            Scope::Kind(of) if *of == kind => drop(self.everything.insert(within)),
            Scope::Type(of) => self.add_type(kind, of, within),
            Scope::Object { id, .. } => drop(self.objects.entry(within).or_default().insert(*id)),
            Scope::Group { group } if kind == ObjectKind::Group => {
                self.objects.entry(within).or_default().insert(*group);
            }
            Scope::GroupDirectObjects { group, object_type } if placeable && object_type.kind == kind => {
                let key = (object_type.sub.clone(), within);
                self.placed.entry(key).or_default().extend(itself(group));
            }
            Scope::GroupDescendantObjects { group, object_type } if placeable && object_type.kind == kind => {
                let below = world.subtree(*group, open).into_iter().filter(|one| one != group);
                let key = (object_type.sub.clone(), within);
                self.placed.entry(key).or_default().extend(below);
            }
            Scope::GroupChildGroups { group } if kind == ObjectKind::Group => {
                self.children.entry(within).or_default().extend(itself(group));
            }
            Scope::GroupDescendantGroups { group } if kind == ObjectKind::Group => {
                self.children.entry(within).or_default().extend(world.subtree(*group, open));
            }
            _ => {}
        }
    }

    fn add_type(&mut self, kind: ObjectKind, of: &ObjectType, within: Option<Uuid>) {
        if of.kind == kind && is_whole_kind(kind, &of.sub) {
            self.everything.insert(within);
        } else if of.kind == kind && has_sub_kinds(kind) {
            self.types.insert((of.sub.clone(), within));
        }
    }

    fn add_ceiling(&mut self, kind: ObjectKind, scope: &CeilingScope) {
        match scope {
            CeilingScope::Platform => drop(self.everything.insert(None)),
            CeilingScope::Tenant(tenant) => drop(self.everything.insert(Some(*tenant))),
            CeilingScope::Kind { kind: of, tenant } if *of == kind => {
                self.everything.insert(*tenant);
            }
            CeilingScope::Kind { .. } => {}
            CeilingScope::Type { object_type, tenant } => self.add_type(kind, object_type, *tenant),
            CeilingScope::Object(id) => drop(self.objects.entry(None).or_default().insert(*id)),
        }
    }

    /// The list; what is covered anyway by everything, or by everything within the same tenant, is left out.
    fn into_list(self) -> Vec<VisibleScope> {
        let everything = self.everything;
        if everything.contains(&None) {
            return vec![VisibleScope::Everything { within: None }];
        }
        let sorted = |ids: BTreeSet<Uuid>| ids.into_iter().collect::<Vec<_>>();
        let mut list = Vec::new();
        for (sub, within) in self.types {
            list.push(VisibleScope::Type { sub, within });
        }
        for (within, ids) in self.objects {
            list.push(VisibleScope::Objects { ids: sorted(ids), within });
        }
        for ((sub, within), groups) in self.placed.into_iter().filter(|(_, groups)| !groups.is_empty()) {
            list.push(VisibleScope::PlacedIn { groups: sorted(groups), sub, within });
        }
        for (within, groups) in self.children.into_iter().filter(|(_, groups)| !groups.is_empty()) {
            list.push(VisibleScope::ChildrenOf { groups: sorted(groups), within });
        }
        list.retain(|scope| !everything.contains(&scope.within()));
        let mut all: Vec<_> =
            everything.into_iter().map(|within| VisibleScope::Everything { within }).collect();
        all.append(&mut list);
        all
    }
}
