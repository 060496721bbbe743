//! Who may do something to an object.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Candidates, Matches, Search, sorted};
use crate::asker::{MEMBERS_MAY, MEMBERS_OF};
use crate::object::ObjectRef;
use crate::posting::Holder;
use crate::words::{EntityKind, GroupFlavour, ObjectKind};
use crate::world::{Listed, World};

/// From this many on, it is quicker to walk through all entities than to sort those who hold something.
const MANY: usize = 10_000;

/// Who holds something that covers the object.
#[derive(Default)]
struct Holders {
    entities: Vec<Uuid>,
    groups: BTreeSet<Uuid>,
    roles: BTreeSet<Uuid>,
}

impl World {
    /// The entities that may do the action to the object; only those of a kind, where one is given.
    pub fn search_subjects(
        &self,
        object: ObjectRef,
        kind: Option<EntityKind>,
        search: &Search<'_>,
    ) -> Matches {
        let (Some(target), Some(action)) = (self.target(object), self.actions.named(search.action)) else {
            return Matches::default();
        };
        let mut holders = Holders::default();
        for covering in self.covering(action.id, &target, true).iter().filter(|covering| covering.open) {
            for holder in covering.posting.allowed() {
                holders.add(holder);
            }
        }
        for role in std::mem::take(&mut holders.roles) {
            let Some(assignees) = self.assignees.get(&role) else { continue };
            holders.entities.extend(assignees.entities.iter().map(|(entity, _)| entity));
            holders.groups.extend(assignees.groups.iter().map(|(group, _)| group));
        }
        let candidates = if holders.entities.len() > MANY {
            let all = self.listed.get(&(ObjectKind::Entity, Listed::All));
            all.map(|ids| Box::new(ids.after(search.after)) as Candidates<'_>).into_iter().collect()
        } else {
            self.candidates(holders, object, search)
        };
        search.page(candidates, |id| {
            let fits = kind.is_none_or(|kind| self.entities.get(&id).is_some_and(|row| row.kind == kind));
            fits && search.allows(self, id, object)
        })
    }

    fn candidates<'a>(
        &'a self,
        holders: Holders,
        object: ObjectRef,
        search: &Search<'_>,
    ) -> Vec<Candidates<'a>> {
        let mut found = vec![sorted(holders.entities, search.after)];
        for group in self.with_those_below(holders.groups) {
            let members = self.members.get(&group);
            found.extend(members.map(|ids| Box::new(ids.after(search.after)) as Candidates<'_>));
        }
        if object.kind == MEMBERS_OF && search.action == MEMBERS_MAY {
            let members = self.tenant_members.get(&object.id);
            found.extend(members.map(|ids| Box::new(ids.after(search.after)) as Candidates<'_>));
        }
        found
    }

    /// The principal groups in use among these, and those below them that receive what they hold.
    fn with_those_below(&self, groups: BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        let serves =
            |group: &Uuid| self.groups.get(group).is_some_and(|row| row.serves(GroupFlavour::Principal));
        let mut waiting: Vec<Uuid> = groups.into_iter().filter(serves).collect();
        let mut found = BTreeSet::new();
        while let Some(group) = waiting.pop() {
            if found.insert(group) {
                let below = self.children.get(&group).into_iter().flat_map(|children| children.iter());
                waiting.extend(below.filter(serves));
            }
        }
        found
    }
}

impl Holders {
    fn add(&mut self, holder: Holder) {
        match holder {
            Holder::Entity(id) => self.entities.push(id),
            Holder::Group(id) => drop(self.groups.insert(id)),
            Holder::Role(id) => drop(self.roles.insert(id)),
        }
    }
}
