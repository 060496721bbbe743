//! The grantor's bound: nobody hands out more than they have, by whatever change.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::asker::Asker;
use crate::ceiling::Ceiling;
use crate::fact::{Change, Fact, FactKey, Subject};
use crate::gate::{At, GateOn};
use crate::grants::Grant;
use crate::object::ObjectRef;
use crate::posting::Posting;
use crate::rows::{Block, GroupRow};
use crate::scope::Scope;
use crate::target::Target;
use crate::window::When;
use crate::words::{Effect, ObjectKind};
use crate::world::World;

/// An action that a caller would hand out without having it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeding {
    /// Name of the action.
    pub action: Arc<str>,
}

/// Something spreads: somebody receives an action, or is no longer denied it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Spread {
    /// What a block allows afterwards.
    Given(Uuid),
    /// What a block denied before.
    Released(Uuid),
    /// An action on an object, because of where that lies.
    On(Uuid, ObjectRef, Option<Uuid>),
    /// An action on what lies somewhere in a tenant.
    Within(Uuid, Option<Uuid>),
}

impl World {
    /// What the caller would hand out by these changes, which lead from this world to `after`, although it has not got it:
    /// `None` if it has everything.
    ///
    /// Handing out is: letting somebody receive what a block allows, or releasing them from what it denies, by grants,
    /// roles, groups or by moving an object, or making it one of another type, to where a grant reaches it. The caller has an action if it holds it, without
    /// conditions and without end, at the scope of the block or a wider one, and if nothing denies it to the caller anywhere
    /// there; a ceiling of its token counts. Whoever may `manage` and `policy.manage` the platform has everything. Switching
    /// entities and tenants on and off hands out nothing, nor do attributes and memberships of tenants.
    pub fn exceeding(
        &self,
        caller: Uuid,
        ceiling: Option<&Ceiling>,
        now: i64,
        after: &World,
        changes: &[Change],
    ) -> Option<Exceeding> {
        let mut spreads = BTreeSet::new();
        for change in changes {
            self.spread(after, change, &mut spreads);
        }
        if spreads.is_empty() {
            return None;
        }
        let grantor = Grantor::new(self, caller, ceiling, now);
        if grantor.administers() {
            return None;
        }
        spreads.iter().find_map(|spread| grantor.lacks(after, spread))
    }

    /// What spreads by one change.
    fn spread(&self, after: &World, change: &Change, into: &mut BTreeSet<Spread>) {
        let key = match change {
            Change::Put(fact) => fact.key(),
            Change::Drop(key) => key.clone(),
        };
        let (was, is) = (self.fact(&key), after.fact(&key));
        if was == is {
            return;
        }
        match key {
            FactKey::Block { id } => {
                if after.blocks.get(&id).is_some_and(|slot| !slot.users.is_empty()) {
                    add(self, Effect::Deny, [id], into);
                    add(after, Effect::Allow, [id], into);
                }
            }
            FactKey::Group { id } => self.spread_of_group(after, id, into),
            FactKey::Placement { object } => self.spread_of_place(after, object, into),
            FactKey::Entity { id } => {
                self.spread_of_becoming(after, ObjectRef::new(ObjectKind::Entity, id), into);
            }
            FactKey::Resource { id } => {
                self.spread_of_becoming(after, ObjectRef::new(ObjectKind::Resource, id), into);
            }
            _ => {
                // What is taken away may have denied something, what is given may allow something.
                if let Some(was) = &was {
                    add(self, Effect::Deny, self.blocks_of(was), into);
                }
                if let Some(is) = &is {
                    add(after, Effect::Allow, after.blocks_of(is), into);
                }
            }
        }
    }

    /// The blocks that somebody holds by a fact.
    fn blocks_of(&self, fact: &Fact) -> Vec<Uuid> {
        match fact {
            Fact::DirectPolicy { block, .. } | Fact::RoleBlock { block, .. } => vec![*block],
            Fact::Assignment { role, .. } => self.blocks_of_role(*role),
            Fact::Role { id, deleted: false, .. } => self.blocks_of_role(*id),
            Fact::Member { group, .. } => self.blocks_through(*group),
            _ => Vec::new(),
        }
    }

    pub(crate) fn blocks_of_role(&self, role: Uuid) -> Vec<Uuid> {
        self.role_blocks.get(&role).into_iter().flat_map(|blocks| blocks.iter()).collect()
    }

    /// The blocks that members of the group receive through it.
    fn blocks_through(&self, group: Uuid) -> Vec<Uuid> {
        let Some(lineage) = self.lineages.get(&group) else { return Vec::new() };
        lineage.principals.iter().flat_map(|group| self.blocks_held_by(Subject::Group(*group))).collect()
    }

    fn blocks_held_by(&self, subject: Subject) -> Vec<Uuid> {
        let Some(held) = self.held.get(&subject) else { return Vec::new() };
        let mut blocks: Vec<Uuid> =
            held.policies.iter().filter_map(|id| self.policies.get(&id)).map(|row| row.block).collect();
        for assignment in held.assignments.iter().filter_map(|id| self.assignments.get(&id)) {
            blocks.extend(self.blocks_of_role(assignment.role));
        }
        blocks
    }

    /// A group that is put in or out of use or under another: what its members receive, and what lies open below it.
    fn spread_of_group(&self, after: &World, id: Uuid, into: &mut BTreeSet<Spread>) {
        let row = |world: &World| world.groups.get(&id).cloned();
        let (was, is) = (row(self), row(after));
        let shape = |row: &Option<Arc<GroupRow>>| {
            row.as_ref().map(|row| (row.parent, row.status, row.deleted, row.flavour, row.tenant))
        };
        if shape(&was) == shape(&is) {
            return;
        }
        add(self, Effect::Deny, self.blocks_through(id), into);
        add(after, Effect::Allow, after.blocks_through(id), into);
        // A group of either flavour is an object too, and may be denied by way of what lies above it.
        let tenant = is.or(was).and_then(|row| row.tenant);
        for (world, effect) in [(self, Effect::Deny), (after, Effect::Allow)] {
            let chain = world.lineages.get(&id).map(|lineage| lineage.chain.to_vec()).unwrap_or_default();
            let actions = world.actions_through(&chain, effect, tenant);
            into.extend(actions.into_iter().map(|action| Spread::Within(action, tenant)));
        }
    }

    /// An object that is placed elsewhere: what reaches it there, and what denied it where it was.
    fn spread_of_place(&self, after: &World, object: ObjectRef, into: &mut BTreeSet<Spread>) {
        for (world, effect) in [(self, Effect::Deny), (after, Effect::Allow)] {
            let Some(target) = world.target(object) else { continue };
            let chain: Vec<Uuid> = target.chain(world).iter().collect();
            let actions = world.actions_through(&chain, effect, target.tenant);
            into.extend(actions.into_iter().map(|action| Spread::On(action, object, target.tenant)));
        }
    }

    /// An object that becomes one of another type or tenant: what reaches it as such, and what denied it as what it was. What
    /// is new was out of everybody's reach, and nobody is raised by it.
    fn spread_of_becoming(&self, after: &World, object: ObjectRef, into: &mut BTreeSet<Spread>) {
        let (Some(was), Some(is)) = (self.target(object), after.target(object)) else { return };
        if was.type_ref() == is.type_ref() && was.tenant == is.tenant {
            return;
        }
        for (name, id) in after.actions.named_ids() {
            let applies = |target: &Target<'_>| {
                after.actions.named(name).is_some_and(|action| action.applies(object.kind, target.type_ref()))
            };
            let given = applies(&is)
                && after.covers_more(id, &is, Some(&was).filter(|was| applies(was)), Effect::Allow);
            let released = applies(&is) && self.covers_more(id, &was, Some(&is), Effect::Deny);
            if given || released {
                into.insert(Spread::On(id, object, is.tenant));
            }
        }
    }

    /// Whether somebody holds the action, with this effect, over the target and not over the other one.
    fn covers_more(
        &self,
        action: Uuid,
        target: &Target<'_>,
        other: Option<&Target<'_>>,
        effect: Effect,
    ) -> bool {
        let other = other.map(|other| self.covering(action, other, true));
        let known = |posting: &Posting| {
            other.iter().flatten().any(|covering| std::ptr::eq(covering.posting, posting))
        };
        self.covering(action, target, true)
            .iter()
            .any(|covering| covering.posting.has(effect) && !known(covering.posting))
    }

    /// The actions that somebody is allowed, or denied, by way of one of these object groups.
    fn actions_through(&self, groups: &[Uuid], effect: Effect, tenant: Option<Uuid>) -> BTreeSet<Uuid> {
        let mut found = BTreeSet::new();
        for ((boundary, action), index) in self.index.iter() {
            let counts = boundary.is_none() || *boundary == tenant;
            if counts && !found.contains(action) && index.reaches_through(groups, effect) {
                found.insert(*action);
            }
        }
        found
    }
}

/// Adds those of the blocks that have the effect: allows of the world afterwards, denies of the one before.
fn add(world: &World, effect: Effect, blocks: impl IntoIterator<Item = Uuid>, into: &mut BTreeSet<Spread>) {
    let with_effect = |id: &Uuid| world.block(*id).is_some_and(|block| block.effect == effect);
    let spread = match effect {
        Effect::Allow => Spread::Given,
        Effect::Deny => Spread::Released,
    };
    into.extend(blocks.into_iter().filter(with_effect).map(spread));
}

/// Who changes something, and what they hold without end.
struct Grantor<'a> {
    world: &'a World,
    caller: Uuid,
    ceiling: Option<&'a Ceiling>,
    now: i64,
    lasting: Vec<Grant<'a>>,
    denied: Vec<Grant<'a>>,
}

impl<'a> Grantor<'a> {
    fn new(world: &'a World, caller: Uuid, ceiling: Option<&'a Ceiling>, now: i64) -> Self {
        let grants =
            |when| Asker::find(world, caller, when).map(|asker| world.grants(&asker)).unwrap_or_default();
        let mut lasting = grants(When::Lasting);
        lasting.retain(|grant| grant.window.is_always());
        let mut denied = grants(When::At(now));
        denied.retain(|grant| grant.block.effect == Effect::Deny);
        Self { world, caller, ceiling, now, lasting, denied }
    }

    /// Whether it holds the action, lastingly, at one of these places.
    fn holds(&self, action: &str, places: &[At]) -> bool {
        let ways: Vec<GateOn<'_>> = places.iter().map(|at| GateOn { action, at: *at }).collect();
        let passes = |when| self.world.gate(self.caller, when, self.ceiling, &ways).is_allowed();
        passes(When::At(self.now)) && passes(When::Lasting)
    }

    fn administers(&self) -> bool {
        ["manage", "policy.manage"].into_iter().all(|action| self.holds(action, &[At::Platform]))
    }

    /// Whether something denies it the action somewhere within the tenant, or somewhere at all if none is given.
    fn is_denied(&self, action: Uuid, within: Option<Uuid>) -> bool {
        self.denied.iter().any(|deny| {
            let bounded = deny.boundary();
            let meets = |boundary: Option<Uuid>| boundary.is_none() || within.is_none() || boundary == within;
            deny.block.actions.contains(&action) && bounded.is_ok_and(meets)
        })
    }

    fn lacks(&self, after: &World, spread: &Spread) -> Option<Exceeding> {
        match spread {
            Spread::Given(id) => self.lacks_of(after.block(*id)?),
            Spread::Released(id) => self.lacks_of(self.world.block(*id)?),
            Spread::On(action, object, tenant) => {
                let mut places = vec![At::Object { object: *object, tenant: *tenant }];
                places.push(tenant.map_or(At::Platform, At::Tenant));
                self.unless(*action, *tenant, |name| self.holds(name, &places))
            }
            Spread::Within(action, tenant) => {
                let place = tenant.map_or(At::Platform, At::Tenant);
                self.unless(*action, *tenant, |name| self.holds(name, &[place]))
            }
        }
    }

    fn lacks_of(&self, block: &Block) -> Option<Exceeding> {
        block.actions.iter().find_map(|action| self.lacks_at(*action, block))
    }

    fn lacks_at(&self, action: Uuid, block: &Block) -> Option<Exceeding> {
        let tenant = block.tenant.or(block.scope().boundary());
        let mut places = Vec::new();
        let mut within = tenant;
        if let Scope::Object { id, kind, .. } = &block.scope()
            && let Some(object) = self.named(*kind, *id)
        {
            let of = self.world.object_tenant(object).flatten();
            within = within.or(of);
            places.push(At::Object { object, tenant: of });
        }
        places.push(within.map_or(At::Platform, At::Tenant));
        self.unless(action, within, |name| self.holds(name, &places) || self.has_same(action, block))
    }

    /// The object that a block names, whose kind may have been left out.
    fn named(&self, kind: Option<ObjectKind>, id: Uuid) -> Option<ObjectRef> {
        use ObjectKind::{Credential, Entity, Group, Policy, Resource, Role, Tenant};
        let kinds = [Entity, Resource, Group, Tenant, Credential, Role, Policy];
        let kinds = kind.map_or_else(|| kinds.to_vec(), |kind| vec![kind]);
        kinds
            .into_iter()
            .map(|kind| ObjectRef::new(kind, id))
            .find(|object| self.world.target(*object).is_some())
    }

    /// Whether the action is held, unconditionally, at exactly the scope of the block. An access token with a ceiling hands
    /// out only what a gate grants.
    fn has_same(&self, action: Uuid, block: &Block) -> bool {
        self.ceiling.is_none()
            && self.lasting.iter().any(|own| {
                let within = own.tenant.or(own.block.tenant);
                own.block.effect == Effect::Allow
                    && own.block.conditions.is_none()
                    && own.block.scope() == block.scope()
                    && own.block.actions.contains(&action)
                    && (within.is_none() || within == block.tenant)
            })
    }

    fn unless(
        &self,
        action: Uuid,
        within: Option<Uuid>,
        has: impl FnOnce(&str) -> bool,
    ) -> Option<Exceeding> {
        let name = self.world.action_name(action)?;
        let held = !self.is_denied(action, within) && has(name);
        (!held).then(|| Exceeding { action: name.into() })
    }
}
