//! What somebody may do something to.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Candidates, Matches, Search, sorted};
use crate::asker::{Asker, MEMBERS_MAY, MEMBERS_OF};
use crate::object::ObjectRef;
use crate::scope::Scope;
use crate::window::When;
use crate::words::{Effect, GroupFlavour, ObjectKind};
use crate::world::{Listed, World};

/// Where candidates lie.
#[derive(Default)]
struct Places {
    /// In all tenants, or in these.
    everywhere: bool,
    tenants: BTreeSet<Uuid>,
    objects: BTreeSet<Uuid>,
    /// Directly in these object groups.
    placed: BTreeSet<Uuid>,
    /// Directly below these groups.
    children: BTreeSet<Uuid>,
}

impl World {
    /// The objects of a kind that the subject may do the action to; only those of `sub`-kind and of `tenant`, where
    /// these are given.
    pub fn search_objects(
        &self,
        subject: Uuid,
        kind: ObjectKind,
        sub: Option<&str>,
        tenant: Option<Uuid>,
        search: &Search<'_>,
    ) -> Matches {
        let (Ok(asker), Some(action)) =
            (Asker::find(self, subject, When::At(search.now)), self.actions.named(search.action))
        else {
            return Matches::default();
        };
        let mut places = Places::default();
        for grant in self.grants(&asker) {
            let Ok(within) = grant.boundary() else { continue };
            let elsewhere = within.is_some() && tenant.is_some() && within != tenant;
            let allows = grant.block.effect == Effect::Allow && grant.block.actions.contains(&action.id);
            if allows && !elsewhere && grant.window.is_open(search.now) {
                places.add(self, kind, &grant.block.scope(), within.or(tenant));
            }
        }
        if kind == MEMBERS_OF && search.action == MEMBERS_MAY {
            let tenants = self.memberships.get(&subject).into_iter().flat_map(|tenants| tenants.iter());
            places.objects.extend(tenants);
        }
        search.page(places.candidates(self, kind, search.after), |id| {
            let object = ObjectRef::new(kind, id);
            let fits = self.target(object).is_some_and(|target| {
                sub.is_none_or(|sub| target.sub == Some(sub)) && (tenant.is_none() || target.tenant == tenant)
            });
            fits && search.allows(self, subject, object)
        })
    }

    /// The group and the object groups in use below it, as far as they hang together.
    fn reach(&self, top: Uuid) -> BTreeSet<Uuid> {
        let serves =
            |group: &Uuid| self.groups.get(group).is_some_and(|row| row.serves(GroupFlavour::Object));
        let mut found = BTreeSet::new();
        let mut waiting: Vec<Uuid> = Some(top).filter(serves).into_iter().collect();
        while let Some(group) = waiting.pop() {
            if found.insert(group) {
                let below = self.children.get(&group).into_iter().flat_map(|children| children.iter());
                waiting.extend(below.filter(serves));
            }
        }
        found
    }
}

impl Places {
    fn add(&mut self, world: &World, kind: ObjectKind, scope: &Scope, within: Option<Uuid>) {
        let placeable = matches!(kind, ObjectKind::Entity | ObjectKind::Resource);
        match scope {
            Scope::Platform | Scope::Tenant(_) => self.add_all(within),
            Scope::Kind(of) if *of == kind => self.add_all(within),
            Scope::Type(of) if of.kind == kind => self.add_all(within),
            Scope::Object { id, .. } => drop(self.objects.insert(*id)),
            Scope::Group { group } if kind == ObjectKind::Group => drop(self.objects.insert(*group)),
            Scope::GroupDirectObjects { group, object_type } if placeable && object_type.kind == kind => {
                self.placed.insert(*group);
            }
            Scope::GroupDescendantObjects { group, object_type } if placeable && object_type.kind == kind => {
                self.placed.extend(world.reach(*group).into_iter().filter(|below| below != group));
            }
            Scope::GroupChildGroups { group } if kind == ObjectKind::Group => {
                self.children.insert(*group);
            }
            Scope::GroupDescendantGroups { group } if kind == ObjectKind::Group => {
                self.children.extend(world.reach(*group));
            }
            _ => {}
        }
    }

    fn add_all(&mut self, within: Option<Uuid>) {
        match within {
            None => self.everywhere = true,
            Some(tenant) => drop(self.tenants.insert(tenant)),
        }
    }

    fn candidates(self, world: &World, kind: ObjectKind, after: Option<Uuid>) -> Vec<Candidates<'_>> {
        let listed = |which| world.listed.get(&(kind, which));
        let mut found: Vec<Candidates<'_>> = Vec::new();
        if self.everywhere {
            found.extend(listed(Listed::All).map(|ids| Box::new(ids.after(after)) as Candidates<'_>));
            return found;
        }
        for tenant in &self.tenants {
            if kind == ObjectKind::Tenant {
                found.push(sorted([*tenant], after));
            }
            found.extend(listed(Listed::Of(*tenant)).map(|ids| Box::new(ids.after(after)) as Candidates<'_>));
        }
        found.push(sorted(self.objects, after));
        for group in self.placed {
            let ids = world.contents.get(&(group, kind));
            found.extend(ids.map(|ids| Box::new(ids.after(after)) as Candidates<'_>));
        }
        for group in self.children {
            found.extend(world.children.get(&group).map(|ids| sorted(ids.iter(), after)));
        }
        found
    }
}
