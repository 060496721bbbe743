//! What a change lets whom receive, for rules about what kinds of entity may be given.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::fact::{Change, Fact, Subject};
use crate::rows::BlockUser;
use crate::words::{Effect, EntityKind};
use crate::world::World;

/// What a grant goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// One entity.
    Entity(Uuid),
    /// A principal group: its members and those of the groups below it.
    Group(Uuid),
    /// A role: everybody who holds it.
    Role(Uuid),
}

impl From<Subject> for Recipient {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Entity(id) => Self::Entity(id),
            Subject::Group(id) => Self::Group(id),
        }
    }
}

/// Entities of some kind receive what a block allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reception {
    /// What it goes to.
    pub recipient: Recipient,
    /// A kind of the entities behind the recipient.
    pub kind: EntityKind,
    /// The tenant of the grant; none for one of the platform.
    pub tenant: Option<Uuid>,
    /// The block.
    pub block: Uuid,
}

/// A grant on its way to a recipient.
type Given = (Recipient, Option<Uuid>, Uuid);

impl World {
    /// What somebody receives by these changes, which lead from this world to `after`: through grants, roles, groups, what
    /// blocks hold, what actions are called and may be asked about, and by an entity becoming one of another kind. Whether
    /// the grant is under a condition, or begins later, makes no difference. Denies are not among it, nor is what comes back
    /// because an entity or a tenant is switched on.
    pub fn receptions(&self, after: &World, changes: &[Change]) -> BTreeSet<Reception> {
        let mut found = BTreeSet::new();
        for change in changes {
            let Change::Put(fact) = change else { continue };
            if self.fact(&fact.key()).is_some_and(|was| was == *fact) {
                continue;
            }
            self.received_by(after, fact, &mut found);
        }
        found
    }

    fn received_by(&self, after: &World, fact: &Fact, found: &mut BTreeSet<Reception>) {
        match fact {
            Fact::DirectPolicy { tenant, subject, block, .. } => {
                after.give([((*subject).into(), *tenant, *block)], found);
            }
            Fact::Assignment { tenant, subject, role, .. } if after.is_live_role(*role) => {
                let blocks = after.blocks_of_role(*role);
                after.give(blocks.into_iter().map(|block| ((*subject).into(), *tenant, block)), found);
            }
            Fact::Role { id, deleted: false, .. } if !self.is_live_role(*id) => {
                let blocks = after.blocks_of_role(*id);
                after.give(blocks.into_iter().flat_map(|block| after.by_role(*id, block)), found);
            }
            Fact::RoleBlock { role, block } => after.give(after.by_role(*role, *block), found),
            Fact::Block { id, .. } => after.give(after.users_of(*id), found),
            Fact::Member { group, entity, .. } => {
                let held = after.through(*group);
                after.give(
                    held.into_iter().map(|(tenant, block)| (Recipient::Entity(*entity), tenant, block)),
                    found,
                );
            }
            Fact::Group { id, .. } => self.received_by_group(after, *id, found),
            Fact::Entity { id, kind, .. } if self.entities.get(id).is_some_and(|row| row.kind != *kind) => {
                after.give(after.held_in_all_by(*id), found);
            }
            Fact::Action { id, .. } if self.action_name(*id) != after.action_name(*id) => {
                after.give(after.holders_of(*id), found);
            }
            Fact::Applicability { action, .. } => after.give(after.holders_of(*action), found),
            _ => {}
        }
    }

    /// A group that comes into use, or under another one: its members receive what they did not before.
    fn received_by_group(&self, after: &World, id: Uuid, found: &mut BTreeSet<Reception>) {
        let before: BTreeSet<_> = self.through(id).into_iter().collect();
        let new = after.through(id).into_iter().filter(|grant| !before.contains(grant));
        after.give(new.map(|(tenant, block)| (Recipient::Group(id), tenant, block)), found);
    }

    /// Adds a reception for every kind behind the recipient, where the block allows something.
    fn give(&self, given: impl IntoIterator<Item = Given>, found: &mut BTreeSet<Reception>) {
        for (recipient, tenant, block) in given {
            if self.block(block).is_some_and(|block| block.effect == Effect::Allow) {
                let kinds = self.kinds_behind(recipient, tenant);
                found.extend(kinds.into_iter().map(|kind| Reception { recipient, kind, tenant, block }));
            }
        }
    }

    /// What members of the group are granted through it.
    fn through(&self, group: Uuid) -> Vec<(Option<Uuid>, Uuid)> {
        let Some(lineage) = self.lineages.get(&group) else { return Vec::new() };
        lineage.principals.iter().flat_map(|group| self.granted_to(Subject::Group(*group))).collect()
    }

    fn granted_to(&self, subject: Subject) -> Vec<(Option<Uuid>, Uuid)> {
        let Some(held) = self.held.get(&subject) else { return Vec::new() };
        let policies = held.policies.iter().filter_map(|id| self.policies.get(&id));
        let mut granted: Vec<_> = policies.map(|row| (row.tenant, row.block)).collect();
        for row in held.assignments.iter().filter_map(|id| self.assignments.get(&id)) {
            if self.is_live_role(row.role) {
                let blocks = self.blocks_of_role(row.role);
                granted.extend(blocks.into_iter().map(|block| (row.tenant, block)));
            }
        }
        granted
    }

    /// Everything that an entity is granted, itself and through its groups.
    fn held_in_all_by(&self, entity: Uuid) -> Vec<Given> {
        let mut granted = self.granted_to(Subject::Entity(entity));
        for group in self.joined.get(&entity).into_iter().flat_map(|groups| groups.iter()) {
            granted.extend(self.through(group));
        }
        granted.into_iter().map(|(tenant, block)| (Recipient::Entity(entity), tenant, block)).collect()
    }

    /// The block on its way to everybody who holds the role.
    fn by_role(&self, role: Uuid, block: Uuid) -> Vec<Given> {
        if !self.is_live_role(role) {
            return Vec::new();
        }
        let tenants: BTreeSet<Option<Uuid>> = self.assignments_of(role).map(|(_, tenant)| tenant).collect();
        tenants.into_iter().map(|tenant| (Recipient::Role(role), tenant, block)).collect()
    }

    fn users_of(&self, block: Uuid) -> Vec<Given> {
        let Some(slot) = self.blocks.get(&block) else { return Vec::new() };
        let mut given = Vec::new();
        for user in slot.users.iter() {
            match user {
                BlockUser::Role(role) => given.extend(self.by_role(role, block)),
                BlockUser::Policy(id) => {
                    given.extend(self.policies.get(&id).map(|row| (row.subject.into(), row.tenant, block)));
                }
            }
        }
        given
    }

    /// The blocks with the action, on their way to whoever holds them. Looks at every block.
    fn holders_of(&self, action: Uuid) -> Vec<Given> {
        let holds = |id: &Uuid| self.block(*id).is_some_and(|block| block.actions.contains(&action));
        self.blocks.iter().map(|(id, _)| *id).filter(holds).flat_map(|id| self.users_of(id)).collect()
    }

    fn assignments_of(&self, role: Uuid) -> impl Iterator<Item = (Subject, Option<Uuid>)> + '_ {
        let assignees = self.assignees.get(&role);
        let entities = assignees.into_iter().flat_map(|all| all.entities.iter()).map(|(_, id)| id);
        let groups = assignees.into_iter().flat_map(|all| all.groups.iter()).map(|(_, id)| id);
        let rows = entities.chain(groups).filter_map(|id| self.assignments.get(&id));
        rows.map(|row| (row.subject, row.tenant))
    }

    /// The kinds of the entities behind a recipient of a grant of the tenant.
    fn kinds_behind(&self, recipient: Recipient, tenant: Option<Uuid>) -> BTreeSet<EntityKind> {
        let mut kinds = BTreeSet::new();
        match recipient {
            Recipient::Entity(id) => kinds.extend(self.entities.get(&id).map(|row| row.kind)),
            Recipient::Group(id) => self.kinds_below(id, &mut kinds),
            Recipient::Role(role) => {
                let subjects = self.assignments_of(role).filter(|(_, of)| *of == tenant);
                for (subject, _) in subjects {
                    kinds.extend(self.kinds_behind(subject.into(), tenant));
                    if kinds.len() == EntityKind::ALL.len() {
                        break;
                    }
                }
            }
        }
        kinds
    }

    /// The kinds of the members of a group and of those below it.
    fn kinds_below(&self, group: Uuid, kinds: &mut BTreeSet<EntityKind>) {
        let mut waiting = vec![group];
        let mut seen = BTreeSet::new();
        while let Some(group) = waiting.pop().filter(|_| kinds.len() < EntityKind::ALL.len()) {
            if !seen.insert(group) {
                continue;
            }
            for member in self.members.get(&group).into_iter().flat_map(|ids| ids.after(None)) {
                kinds.extend(self.entities.get(&member).filter(|row| !row.deleted).map(|row| row.kind));
                if kinds.len() == EntityKind::ALL.len() {
                    break;
                }
            }
            waiting.extend(self.children.get(&group).into_iter().flat_map(|children| children.iter()));
        }
    }
}
