//! The difference between two worlds: who gained or lost what.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fact::{Change, Fact, FactKey, Subject};
use crate::object::ObjectRef;
use crate::question::{Question, Selector};
use crate::rows::BlockUser;
use crate::search::Search;
use crate::words::ObjectKind;
use crate::world::World;

/// The kinds of object that are compared.
const KINDS: [ObjectKind; 5] =
    [ObjectKind::Tenant, ObjectKind::Entity, ObjectKind::Resource, ObjectKind::Group, ObjectKind::Credential];

/// How a comparison asks, and how much of it there may be.
#[derive(Debug, Clone, Copy)]
pub struct Comparison {
    /// At which moment both worlds are asked, in microseconds since 1970.
    pub now: i64,
    /// Only objects of this tenant, if one is given.
    pub tenant: Option<Uuid>,
    /// How many differences are told at most.
    pub limit: usize,
    /// How many pairs of decisions are made at most.
    pub budget: usize,
}

/// What differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// Who gained or lost what; sorted.
    pub shifts: Vec<Shift>,
    /// Whether that is all of it: false if the limit or the budget was reached before the end.
    pub complete: bool,
    /// How many pairs of decisions were made.
    pub decisions: usize,
}

/// Somebody may do something to an object in one of two worlds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Shift {
    /// Who.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// What it may be done to.
    pub object: ObjectRef,
    /// True if it may in the later world only, false if in the earlier one only.
    pub gained: bool,
}

/// What may have other answers after some changes: everything these subjects may do, and everything that may be done
/// to these objects.
#[derive(Debug, Default)]
struct Touched {
    subjects: BTreeSet<Uuid>,
    objects: BTreeSet<ObjectRef>,
    /// The actions that are concerned; none stands for all.
    actions: Option<BTreeSet<Uuid>>,
    everything: bool,
}

impl World {
    /// Who gains or loses what on the way from this world to `after`, which is this one after `changes`. Questions are
    /// asked without a context: what depends on `context` or `session` is judged as unknown.
    pub fn differences(&self, after: &World, changes: &[Change], how: &Comparison) -> Differences {
        let mut touched = Touched { actions: Some(BTreeSet::new()), ..Touched::default() };
        for change in changes {
            let key = match change {
                Change::Put(fact) => fact.key(),
                Change::Drop(key) => key.clone(),
            };
            for world in [self, after] {
                touched.by(world, &key);
            }
        }
        let mut walk = Walk { before: self, after, how, found: Differences::default() };
        walk.found.complete = true;
        walk.all(&touched);
        walk.found.shifts.sort_unstable();
        walk.found.shifts.dedup();
        walk.found
    }

    /// The entities that receive what the subject holds.
    fn receivers(&self, subject: Subject, into: &mut BTreeSet<Uuid>) {
        match subject {
            Subject::Entity(entity) => drop(into.insert(entity)),
            Subject::Group(group) => {
                for below in self.group_and_below(group) {
                    into.extend(self.members.get(&below).into_iter().flat_map(|members| members.after(None)));
                }
            }
        }
    }

    /// The group and all groups below it, in use or not.
    fn group_and_below(&self, group: Uuid) -> BTreeSet<Uuid> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![group];
        while let Some(group) = waiting.pop() {
            if found.insert(group) {
                waiting.extend(self.children.get(&group).into_iter().flat_map(|below| below.iter()));
            }
        }
        found
    }
}

impl Touched {
    /// Adds what depends on the fact with this key.
    fn by(&mut self, world: &World, key: &FactKey) {
        let fact = world.fact(key);
        match (key, fact) {
            (_, Some(Fact::DirectPolicy { subject, block, .. })) => {
                world.receivers(subject, &mut self.subjects);
                self.add_block(world, block);
            }
            (_, Some(Fact::Assignment { subject, role, .. })) => {
                world.receivers(subject, &mut self.subjects);
                for block in world.role_blocks.get(&role).into_iter().flat_map(|blocks| blocks.iter()) {
                    self.add_block(world, block);
                }
            }
            (FactKey::Role { id }, _) => self.add_role(world, *id),
            (FactKey::RoleBlock { role, block }, _) => {
                self.add_role(world, *role);
                self.add_block(world, *block);
            }
            (FactKey::Block { id }, _) => self.add_users(world, *id),
            (FactKey::Member { entity, .. } | FactKey::Membership { entity, .. }, _) => {
                self.subjects.insert(*entity);
                self.actions = None;
            }
            (FactKey::Entity { id }, _) => {
                self.subjects.insert(*id);
                self.add_object(ObjectRef::new(ObjectKind::Entity, *id));
            }
            (FactKey::Resource { id }, _) => self.add_object(ObjectRef::new(ObjectKind::Resource, *id)),
            (FactKey::Credential { id }, _) => self.add_object(ObjectRef::new(ObjectKind::Credential, *id)),
            (FactKey::ApiEndpoint { id }, _) => {
                self.add_object(ObjectRef::new(ObjectKind::ApiEndpoint, *id));
            }
            (FactKey::Placement { object }, _) => self.add_object(*object),
            (FactKey::Group { id }, _) => self.add_group(world, *id),
            (FactKey::Tenant { .. } | FactKey::Action { .. } | FactKey::Applicability { .. }, _) => {
                self.everything = true;
                self.actions = None;
            }
            (FactKey::DirectPolicy { .. } | FactKey::Assignment { .. }, _) => {}
        }
    }

    fn add_object(&mut self, object: ObjectRef) {
        self.objects.insert(object);
        self.actions = None;
    }

    fn add_block(&mut self, world: &World, block: Uuid) {
        if let (Some(actions), Some(block)) = (&mut self.actions, world.block(block)) {
            actions.extend(block.actions.iter().copied());
        }
    }

    fn add_role(&mut self, world: &World, role: Uuid) {
        for block in world.role_blocks.get(&role).into_iter().flat_map(|blocks| blocks.iter()) {
            self.add_block(world, block);
        }
        let Some(assignees) = world.assignees.get(&role) else { return };
        self.subjects.extend(assignees.entities.iter().map(|(entity, _)| entity));
        for (group, _) in assignees.groups.iter() {
            world.receivers(Subject::Group(group), &mut self.subjects);
        }
    }

    fn add_users(&mut self, world: &World, block: Uuid) {
        self.add_block(world, block);
        let Some(slot) = world.blocks.get(&block) else { return };
        for user in slot.users.iter() {
            match user {
                BlockUser::Role(role) => self.add_role(world, role),
                BlockUser::Policy(policy) => {
                    if let Some(row) = world.policies.get(&policy) {
                        world.receivers(row.subject, &mut self.subjects);
                    }
                }
            }
        }
    }

    /// A group passes things on both to who is in it and to what lies in it.
    fn add_group(&mut self, world: &World, group: Uuid) {
        world.receivers(Subject::Group(group), &mut self.subjects);
        for below in world.group_and_below(group) {
            self.add_object(ObjectRef::new(ObjectKind::Group, below));
            for kind in [ObjectKind::Entity, ObjectKind::Resource] {
                let placed = world.contents.get(&(below, kind)).into_iter().flat_map(|ids| ids.after(None));
                self.objects.extend(placed.map(|id| ObjectRef::new(kind, id)));
            }
        }
    }
}

/// Asks both worlds, as long as there is a budget.
struct Walk<'a> {
    before: &'a World,
    after: &'a World,
    how: &'a Comparison,
    found: Differences,
}

impl Walk<'_> {
    fn all(&mut self, touched: &Touched) {
        let mut subjects = touched.subjects.clone();
        if touched.everything {
            for world in [self.before, self.after] {
                subjects.extend(world.entities.iter().map(|(id, _)| *id));
            }
        }
        let mut actions: BTreeSet<String> = BTreeSet::new();
        for world in [self.before, self.after] {
            let concerned = world
                .actions
                .named_ids()
                .filter(|(_, id)| touched.actions.as_ref().is_none_or(|concerned| concerned.contains(id)));
            actions.extend(concerned.map(|(name, _)| name.to_owned()));
        }
        for action in &actions {
            for subject in &subjects {
                for kind in KINDS {
                    self.objects_of(*subject, action, kind);
                }
            }
            for object in &touched.objects {
                self.subjects_of(action, *object);
            }
        }
    }

    /// Everything of the kind that the subject may do the action to in one of the worlds.
    fn objects_of(&mut self, subject: Uuid, action: &str, kind: ObjectKind) {
        let nothing = Value::Object(Map::new());
        for (world, gained) in [(self.before, false), (self.after, true)] {
            let mut after = None;
            while self.goes_on() {
                let search = self.search(action, &nothing, after);
                let found = world.search_objects(subject, kind, None, self.how.tenant, &search);
                for id in found.ids {
                    self.compare(subject, action, ObjectRef::new(kind, id), gained);
                }
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }

    /// Everybody who may do the action to the object in one of the worlds.
    fn subjects_of(&mut self, action: &str, object: ObjectRef) {
        let nothing = Value::Object(Map::new());
        for (world, gained) in [(self.before, false), (self.after, true)] {
            let elsewhere = self.how.tenant.is_some() && world.object_tenant(object) != Some(self.how.tenant);
            let mut after = None;
            while !elsewhere && self.goes_on() {
                let search = self.search(action, &nothing, after);
                let found = world.search_subjects(object, None, &search);
                for id in found.ids {
                    self.compare(id, action, object, gained);
                }
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }

    fn search<'s>(&self, action: &'s str, nothing: &'s Value, after: Option<Uuid>) -> Search<'s> {
        let now = self.how.now;
        Search { action, context: nothing, session: nothing, now, ceiling: None, after, limit: 500 }
    }

    fn goes_on(&mut self) -> bool {
        let more = self.found.shifts.len() < self.how.limit && self.found.decisions < self.how.budget;
        self.found.complete &= more;
        more
    }

    /// What is allowed in one world is a difference if it is not in the other.
    fn compare(&mut self, subject: Uuid, action: &str, object: ObjectRef, gained: bool) {
        self.found.decisions += 1;
        if self.found.shifts.len() >= self.how.limit {
            self.found.complete = false;
            return;
        }
        let nothing = Value::Object(Map::new());
        let question = Question {
            subject,
            action,
            object: Selector::object(object),
            context: &nothing,
            session: &nothing,
            now: self.how.now,
            ceiling: None,
            administrative: false,
        };
        let other = if gained { self.before } else { self.after };
        if !other.decide(&question).is_ok_and(|decision| decision.allowed) {
            self.found.shifts.push(Shift { subject, action: action.to_owned(), object, gained });
        }
    }
}
