//! Carries changes out. Every link between two facts is made when the second of them arrives and undone when the
//! first of them goes, so that the order in which facts come does not matter.

use std::hash::Hash;
use std::sync::Arc;

use uuid::Uuid;

use crate::bag::Bag;
use crate::fact::{Change, Fact, FactKey, Subject};
use crate::ids::Ids;
use crate::object::ObjectRef;
use crate::rows::{
    Assignment, Block, BlockSlot, BlockUser, CredentialRow, EntityRow, GroupRow, Held, Policy, ResourceRow,
    RoleRow, TenantRow, Windows, keep,
};
use crate::sharded::Sharded;
use crate::tally::Listing;
use crate::usage::Use;
use crate::window::Window;
use crate::words::ObjectKind;
use crate::world::{Listed, World};

/// What has to be worked out again once all changes are in.
#[derive(Default)]
pub(crate) struct Stale {
    groups: Vec<Uuid>,
    actions: bool,
}

impl World {
    pub(crate) fn change(&mut self, changes: impl Iterator<Item = Change>) {
        let mut stale = Stale::default();
        for change in changes {
            match change {
                Change::Put(fact) => self.put(fact, &mut stale),
                Change::Drop(key) => self.forget(key, &mut stale),
            }
        }
        self.refresh(stale);
    }

    pub(crate) fn refresh(&mut self, stale: Stale) {
        if stale.actions {
            Arc::make_mut(&mut self.actions).refresh();
        }
        self.refresh_lineages(stale.groups);
    }

    pub(crate) fn put(&mut self, fact: Fact, stale: &mut Stale) {
        match fact {
            Fact::Tenant { id, status, attributes } => {
                let row = TenantRow { status, attributes: keep(attributes) };
                if self.tenants.insert(id, Arc::new(row)).is_none() {
                    enlist(&mut self.listed, (ObjectKind::Tenant, Listed::All), id);
                }
                self.note_tenant(id);
            }
            Fact::Entity { id, tenant, kind, name, status, deleted, attributes } => {
                let attributes = keep(attributes);
                let row = EntityRow { tenant, kind, name: name.into(), status, deleted, attributes };
                self.set_entity(id, Some(row));
            }
            Fact::Resource { id, tenant, kind, name, deleted, attributes } => {
                let (name, attributes) = (name.map(Box::from), keep(attributes));
                let row = ResourceRow { tenant, kind: kind.into(), name, deleted, attributes };
                self.set_resource(id, Some(row));
            }
            Fact::Group { id, tenant, flavour, name, status, deleted, parent, attributes } => {
                let (name, attributes) = (name.into(), keep(attributes));
                let row = GroupRow { tenant, flavour, name, status, deleted, parent, attributes };
                self.set_group(id, Some(row));
                stale.groups.push(id);
            }
            Fact::Placement { object, group } => self.place(object, Some(group)),
            Fact::Member { group, entity, window } => {
                join(&mut self.joined, entity, group);
                enlist(&mut self.members, group, entity);
                limit(&mut self.joined_windows, entity, group, window);
            }
            Fact::Membership { tenant, entity, window } => {
                join(&mut self.memberships, entity, tenant);
                enlist(&mut self.tenant_members, tenant, entity);
                limit(&mut self.membership_windows, entity, tenant, window);
            }
            Fact::Credential { id, entity, tenant, kind, attributes } => {
                let (kind, attributes) = (kind.into(), keep(attributes));
                self.set_credential(id, Some(CredentialRow { entity, tenant, kind, attributes }));
            }
            Fact::ApiEndpoint { id, tenant } => drop(self.endpoints.insert(id, tenant)),
            Fact::Action { id, name } => {
                Arc::make_mut(&mut self.actions).put_name(id, &name);
                stale.actions = true;
            }
            Fact::Applicability { action, object_kind, object_type } => {
                Arc::make_mut(&mut self.actions).put_row(action, object_kind, object_type.as_deref());
                stale.actions = true;
            }
            Fact::Block { id, tenant, scope, effect, conditions, actions } => {
                self.set_block(id, Some(Block::new(tenant, scope, effect, &conditions, actions)));
            }
            Fact::Role { id, tenant, name, deleted } => {
                self.roles.insert(id, Arc::new(RoleRow { tenant, name: name.into(), deleted }));
            }
            Fact::RoleBlock { role, block } => {
                join(&mut self.role_blocks, role, block);
                self.use_block(block, Use::Role(role));
            }
            Fact::Assignment { id, tenant, subject, role, window } => {
                let timed = self.set_window(id, window);
                self.set_assignment(id, Some(Assignment { tenant, subject, role, timed }));
            }
            Fact::DirectPolicy { id, tenant, subject, block, window } => {
                let timed = self.set_window(id, window);
                self.set_policy(id, Some(Policy { tenant, subject, block, timed }));
            }
        }
    }

    fn forget(&mut self, key: FactKey, stale: &mut Stale) {
        match key {
            FactKey::Tenant { id } => {
                if self.tenants.remove(&id).is_some() {
                    delist(&mut self.listed, (ObjectKind::Tenant, Listed::All), id);
                }
                self.note_tenant(id);
            }
            FactKey::Entity { id } => self.set_entity(id, None),
            FactKey::Resource { id } => self.set_resource(id, None),
            FactKey::Group { id } => {
                self.set_group(id, None);
                stale.groups.push(id);
            }
            FactKey::Placement { object } => self.place(object, None),
            FactKey::Member { group, entity } => {
                leave(&mut self.joined, entity, group);
                delist(&mut self.members, group, entity);
                limit(&mut self.joined_windows, entity, group, Window::ALWAYS);
            }
            FactKey::Membership { tenant, entity } => {
                leave(&mut self.memberships, entity, tenant);
                delist(&mut self.tenant_members, tenant, entity);
                limit(&mut self.membership_windows, entity, tenant, Window::ALWAYS);
            }
            FactKey::Credential { id } => self.set_credential(id, None),
            FactKey::ApiEndpoint { id } => drop(self.endpoints.remove(&id)),
            FactKey::Action { id } => {
                Arc::make_mut(&mut self.actions).drop_name(id);
                stale.actions = true;
            }
            FactKey::Applicability { action, object_kind, object_type } => {
                Arc::make_mut(&mut self.actions).drop_row(action, object_kind, object_type.as_deref());
                stale.actions = true;
            }
            FactKey::Block { id } => self.set_block(id, None),
            FactKey::Role { id } => drop(self.roles.remove(&id)),
            FactKey::RoleBlock { role, block } => {
                leave(&mut self.role_blocks, role, block);
                self.release_block(block, Use::Role(role));
            }
            FactKey::Assignment { id } => {
                self.set_assignment(id, None);
                self.set_window(id, Window::ALWAYS);
            }
            FactKey::DirectPolicy { id } => {
                self.set_policy(id, None);
                self.set_window(id, Window::ALWAYS);
            }
        }
    }

    fn set_entity(&mut self, id: Uuid, row: Option<EntityRow>) {
        let row = row.map(Arc::new);
        let before = match row.clone() {
            Some(row) => self.entities.insert(id, row),
            None => self.entities.remove(&id),
        };
        let listing = |row: &EntityRow| {
            (!row.deleted).then_some(Listing { tenant: row.tenant, sub: row.kind.as_str() })
        };
        let (before, after) = (before.as_deref().and_then(listing), row.as_deref().and_then(listing));
        self.relist(ObjectRef::new(ObjectKind::Entity, id), before, after);
    }

    fn set_resource(&mut self, id: Uuid, row: Option<ResourceRow>) {
        let row = row.map(Arc::new);
        let before = match row.clone() {
            Some(row) => self.resources.insert(id, row),
            None => self.resources.remove(&id),
        };
        fn listing(row: &Arc<ResourceRow>) -> Option<Listing<'_>> {
            (!row.deleted).then_some(Listing { tenant: row.tenant, sub: &row.kind })
        }
        let (before, after) = (before.as_ref().and_then(listing), row.as_ref().and_then(listing));
        self.relist(ObjectRef::new(ObjectKind::Resource, id), before, after);
    }

    fn set_credential(&mut self, id: Uuid, row: Option<CredentialRow>) {
        let row = row.map(Arc::new);
        let before = match row.clone() {
            Some(row) => self.credentials.insert(id, row),
            None => self.credentials.remove(&id),
        };
        fn listing(row: &Arc<CredentialRow>) -> Listing<'_> {
            Listing { tenant: row.tenant, sub: &row.kind }
        }
        let (before, after) = (before.as_ref().map(listing), row.as_ref().map(listing));
        self.relist(ObjectRef::new(ObjectKind::Credential, id), before, after);
    }

    fn place(&mut self, object: ObjectRef, group: Option<Uuid>) {
        let before = match group {
            Some(group) => self.placements.insert(object, group),
            None => self.placements.remove(&object),
        };
        if let Some(before) = before {
            delist(&mut self.contents, (before, object.kind), object.id);
        }
        if let Some(group) = group {
            enlist(&mut self.contents, (group, object.kind), object.id);
        }
    }

    /// Keeps the window of an assignment or policy; returns whether there is one to keep.
    pub(crate) fn set_window(&mut self, id: Uuid, window: Window) -> bool {
        if !window.is_always() {
            self.windows.insert(id, window);
        } else if !self.windows.is_empty() {
            self.windows.remove(&id);
        }
        !window.is_always()
    }

    fn set_group(&mut self, id: Uuid, row: Option<GroupRow>) {
        let listed = |row: &GroupRow| {
            (!row.deleted).then_some(Listing { tenant: row.tenant, sub: row.flavour.as_str() })
        };
        let (parent, after) = (row.as_ref().and_then(|row| row.parent), row.as_ref().and_then(listed));
        let before = match row {
            Some(row) => self.groups.insert(id, Arc::new(row)),
            None => self.groups.remove(&id),
        };
        let listing = before.as_deref().and_then(listed);
        self.relist(ObjectRef::new(ObjectKind::Group, id), listing, after);
        if let Some(above) = before.and_then(|row| row.parent) {
            leave(&mut self.children, above, id);
        }
        if let Some(above) = parent {
            join(&mut self.children, above, id);
        }
    }

    fn set_assignment(&mut self, id: Uuid, row: Option<Assignment>) {
        let before = match row {
            Some(row) => self.assignments.insert(id, row),
            None => self.assignments.remove(&id),
        };
        if let Some(before) = before {
            self.unlink_assignment(id, before);
        }
        if let Some(row) = row {
            self.edit_held(row.subject, |held| held.assignments.insert(id));
            self.add_assignee(id, row);
        }
    }

    pub(crate) fn add_assignee(&mut self, id: Uuid, row: Assignment) {
        let assignees = Arc::make_mut(self.assignees.get_or_insert_with(row.role, Arc::default));
        match row.subject {
            Subject::Entity(entity) => assignees.entities.insert(entity, id),
            Subject::Group(group) => assignees.groups.insert(group, id),
        }
    }

    fn unlink_assignment(&mut self, id: Uuid, before: Assignment) {
        self.edit_held(before.subject, |held| held.assignments.remove(&id));
        let Some(assignees) = self.assignees.get_mut(&before.role) else { return };
        let assignees = Arc::make_mut(assignees);
        match before.subject {
            Subject::Entity(entity) => assignees.entities.remove(entity, id),
            Subject::Group(group) => assignees.groups.remove(group, id),
        }
        if assignees.entities.is_empty() && assignees.groups.is_empty() {
            self.assignees.remove(&before.role);
        }
    }

    fn set_policy(&mut self, id: Uuid, row: Option<Policy>) {
        let before = match row {
            Some(row) => self.policies.insert(id, row),
            None => self.policies.remove(&id),
        };
        if let Some(before) = before {
            self.unlink_policy(id, before);
        }
        if let Some(row) = row {
            self.edit_held(row.subject, |held| held.policies.insert(id));
            self.use_block(row.block, Use::Policy(id, row));
        }
    }

    fn unlink_policy(&mut self, id: Uuid, before: Policy) {
        self.edit_held(before.subject, |held| held.policies.remove(&id));
        self.release_block(before.block, Use::Policy(id, before));
    }

    pub(crate) fn edit_held(&mut self, subject: Subject, edit: impl FnOnce(&mut Held)) {
        let held = self.held.get_or_insert_with(subject, Held::default);
        edit(held);
        if held.policies.is_empty() && held.assignments.is_empty() {
            self.held.remove(&subject);
        }
    }

    fn set_block(&mut self, id: Uuid, block: Option<Block>) {
        let slot = self.blocks.get_or_insert_with(id, BlockSlot::default);
        let users = slot.users.clone();
        if users.is_empty() && block.is_some() {
            slot.block = block;
            return;
        }
        let before = std::mem::replace(&mut slot.block, block.clone());
        if slot.block.is_none() && users.is_empty() {
            self.blocks.remove(&id);
        }
        for user in users.iter() {
            let user = match user {
                BlockUser::Role(role) => Use::Role(role),
                BlockUser::Policy(policy) => match self.policies.get(&policy) {
                    Some(row) => Use::Policy(policy, *row),
                    None => continue,
                },
            };
            if let Some(before) = &before {
                self.unpost(id, before, user);
            }
            if let Some(block) = &block {
                self.post(id, block, user);
            }
        }
    }

    fn use_block(&mut self, id: Uuid, user: Use) {
        let slot = self.blocks.get_or_insert_with(id, BlockSlot::default);
        slot.users.insert(user.key());
        if let Some(block) = slot.block.clone() {
            self.post(id, &block, user);
        }
    }

    fn release_block(&mut self, id: Uuid, user: Use) {
        let Some(slot) = self.blocks.get_mut(&id) else { return };
        slot.users.remove(user.key());
        let block = slot.block.clone();
        if block.is_none() && slot.users.is_empty() {
            self.blocks.remove(&id);
        }
        if let Some(block) = block {
            self.unpost(id, &block, user);
        }
    }

    fn post(&mut self, id: Uuid, block: &Block, user: Use) {
        if let Some((boundary, entry)) = user.entry(id, block) {
            for action in &block.actions {
                self.index_insert(boundary, *action, &block.scope(), entry);
            }
        }
    }

    fn unpost(&mut self, id: Uuid, block: &Block, user: Use) {
        if let Some((boundary, entry)) = user.entry(id, block) {
            for action in &block.actions {
                self.index_remove(boundary, *action, &block.scope(), &entry);
            }
        }
    }
}

fn join<K: Hash + Ord + Copy>(map: &mut Sharded<K, Bag<Uuid>>, key: K, element: Uuid) {
    map.get_or_insert_with(key, Bag::default).insert(element);
}

fn leave<K: Hash + Ord + Copy>(map: &mut Sharded<K, Bag<Uuid>>, key: K, element: Uuid) {
    let Some(bag) = map.get_mut(&key) else { return };
    bag.remove(&element);
    if bag.is_empty() {
        map.remove(&key);
    }
}

/// Adds the id to a list; whether it is the first there.
pub(crate) fn enlist<K: Hash + Eq + Clone>(map: &mut Sharded<K, Ids>, key: K, id: Uuid) -> bool {
    let ids = map.get_or_insert_with(key, Ids::default);
    let first = ids.is_empty();
    ids.insert(id);
    first
}

/// Takes the id out of a list; whether that was the last there.
pub(crate) fn delist<K: Hash + Eq + Clone>(map: &mut Sharded<K, Ids>, key: K, id: Uuid) -> bool {
    let Some(ids) = map.get_mut(&key) else { return false };
    ids.remove(id);
    let last = ids.is_empty();
    if last {
        map.remove(&key);
    }
    last
}

/// Keeps the window of a link of the entity, if it has one.
fn limit(map: &mut Sharded<Uuid, Windows>, entity: Uuid, other: Uuid, window: Window) {
    if window.is_always() && map.is_empty() {
        return;
    }
    let windows = map.get_or_insert_with(entity, Windows::new);
    windows.retain(|(known, _)| *known != other);
    if !window.is_always() {
        windows.push((other, window));
    }
    if windows.is_empty() {
        map.remove(&entity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{DIRECTORY, Scenario};

    #[test]
    fn forgetting_everything_leaves_nothing() {
        for file in std::fs::read_dir(DIRECTORY).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let scenario = Scenario::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let drops: Vec<Change> = scenario.facts.iter().map(|fact| Change::Drop(fact.key())).collect();
            let World {
                strict: _,
                actions,
                tenants,
                entities,
                resources,
                groups,
                credentials,
                endpoints,
                roles,
                blocks,
                assignments,
                policies,
                windows,
                placements,
                contents,
                children,
                lineages,
                joined,
                joined_windows,
                members,
                memberships,
                membership_windows,
                tenant_members,
                listed,
                tallies,
                dormant,
                role_blocks,
                assignees,
                held,
                index,
                revisions: _,
            } = scenario.world().apply(&drops);
            assert!(actions.is_empty() && tenants.is_empty() && entities.is_empty() && resources.is_empty());
            assert!(groups.is_empty() && credentials.is_empty() && roles.is_empty() && blocks.is_empty());
            assert!(assignments.is_empty() && policies.is_empty() && placements.is_empty());
            assert!(
                contents.is_empty() && members.is_empty() && tenant_members.is_empty() && listed.is_empty()
            );
            assert!(windows.is_empty() && joined_windows.is_empty() && membership_windows.is_empty());
            assert!(
                children.is_empty() && lineages.is_empty() && joined.is_empty() && memberships.is_empty()
            );
            assert!(tallies.is_empty() && dormant.is_empty() && endpoints.is_empty());
            assert!(role_blocks.is_empty() && assignees.is_empty() && held.is_empty());
            assert!(index.is_empty(), "{}: {index:?}", path.display());
        }
    }
}
