//! Who holds a grant at one place, split so that the holders a subject has can be found without looking at others.

use std::ops::ControlFlow;
use std::sync::Arc;

use uuid::Uuid;

use crate::asker::Asker;
use crate::bag::Multi;
use crate::words::Effect;

/// Who holds a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Entity(Uuid),
    Group(Uuid),
    Role(Uuid),
}

impl Holder {
    pub(crate) const fn id(self) -> Uuid {
        match self {
            Self::Entity(id) | Self::Group(id) | Self::Role(id) => id,
        }
    }
}

/// One grant at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) effect: Effect,
    pub(crate) holder: Holder,
    pub(crate) grant: GrantId,
}

/// What an entry is about. Most grants have no conditions; knowing that saves looking at their blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GrantId {
    /// The direct policy, or the block of the role.
    pub(crate) id: Uuid,
    pub(crate) conditional: bool,
    /// The direct policy begins or ends.
    pub(crate) timed: bool,
}

/// The grants at one place.
#[derive(Debug, Clone, Default)]
pub(crate) enum Posting {
    #[default]
    None,
    One(Entry),
    Many(Arc<Sides>),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Sides {
    deny: Holders,
    allow: Holders,
}

#[derive(Debug, Clone, Default)]
struct Holders {
    entities: Multi<Uuid, GrantId>,
    groups: Multi<Uuid, GrantId>,
    roles: Multi<Uuid, GrantId>,
}

/// A grant that the subject holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) source: Source,
    pub(crate) conditional: bool,
}

/// Where a grant comes from; those with direct policies come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// This direct policy.
    Policy(Uuid),
    /// This role, and the block in it.
    Role { role: Uuid, block: Uuid },
}

impl GrantId {
    const fn of_policy(self) -> Found {
        Found { source: Source::Policy(self.id), conditional: self.conditional }
    }

    const fn of_role(self, role: Uuid) -> Found {
        Found { source: Source::Role { role, block: self.id }, conditional: self.conditional }
    }
}

impl Sides {
    const fn side(&self, effect: Effect) -> &Holders {
        match effect {
            Effect::Deny => &self.deny,
            Effect::Allow => &self.allow,
        }
    }

    fn of(&mut self, entry: &Entry) -> (&mut Multi<Uuid, GrantId>, Uuid) {
        let side = match entry.effect {
            Effect::Deny => &mut self.deny,
            Effect::Allow => &mut self.allow,
        };
        match entry.holder {
            Holder::Entity(id) => (&mut side.entities, id),
            Holder::Group(id) => (&mut side.groups, id),
            Holder::Role(id) => (&mut side.roles, id),
        }
    }

    fn is_empty(&self) -> bool {
        self.deny.is_empty() && self.allow.is_empty()
    }
}

impl Sides {
    fn of_all(entries: &[Entry]) -> Self {
        let holders = |effect| {
            let mut pairs = [Vec::new(), Vec::new(), Vec::new()];
            for entry in entries.iter().filter(|entry| entry.effect == effect) {
                let side = match entry.holder {
                    Holder::Entity(_) => 0,
                    Holder::Group(_) => 1,
                    Holder::Role(_) => 2,
                };
                pairs[side].push((entry.holder.id(), entry.grant));
            }
            let [entities, groups, roles] = pairs.map(Multi::of_pairs);
            Holders { entities, groups, roles }
        };
        Self { deny: holders(Effect::Deny), allow: holders(Effect::Allow) }
    }
}

impl Posting {
    /// The posting of all these entries, made in one go.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        match entries {
            [] => Self::None,
            [only] => Self::One(*only),
            many => Self::Many(Arc::new(Sides::of_all(many))),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(crate) fn insert(&mut self, entry: Entry) {
        match self {
            Self::None => *self = Self::One(entry),
            Self::One(known) if *known == entry => {}
            Self::One(known) => {
                let mut sides = Sides::default();
                for entry in [*known, entry] {
                    let (multi, holder) = sides.of(&entry);
                    multi.insert(holder, entry.grant);
                }
                *self = Self::Many(Arc::new(sides));
            }
            Self::Many(sides) => {
                let (multi, holder) = Arc::make_mut(sides).of(&entry);
                multi.insert(holder, entry.grant);
            }
        }
    }

    pub(crate) fn remove(&mut self, entry: &Entry) {
        match self {
            Self::One(known) if known == entry => *self = Self::None,
            Self::None | Self::One(_) => {}
            Self::Many(sides) => {
                let sides = Arc::make_mut(sides);
                let (multi, holder) = sides.of(entry);
                multi.remove(holder, entry.grant);
                if sides.is_empty() {
                    *self = Self::None;
                }
            }
        }
    }

    /// Shows every grant with this effect that the asker holds within `tenant`, until told to stop. A grant may be
    /// shown twice when the asker holds it in two ways.
    pub(crate) fn held(
        &self,
        effect: Effect,
        asker: &Asker<'_>,
        tenant: Option<Uuid>,
        show: &mut impl FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self {
            Self::None => ControlFlow::Continue(()),
            Self::One(entry) if entry.effect != effect => ControlFlow::Continue(()),
            Self::One(entry) => {
                let (held, found) = match entry.holder {
                    Holder::Entity(id) => {
                        (id == asker.id && asker.counts(entry.grant), entry.grant.of_policy())
                    }
                    Holder::Group(id) => {
                        (asker.is_in(id) && asker.counts(entry.grant), entry.grant.of_policy())
                    }
                    Holder::Role(role) => (asker.holds(role, tenant), entry.grant.of_role(role)),
                };
                if held { show(found) } else { ControlFlow::Continue(()) }
            }
            Self::Many(sides) => sides.side(effect).held(asker, tenant, show),
        }
    }
}

impl Posting {
    /// Whether somebody holds something with this effect here.
    pub(crate) fn has(&self, effect: Effect) -> bool {
        match self {
            Self::None => false,
            Self::One(entry) => entry.effect == effect,
            Self::Many(sides) => !sides.side(effect).is_empty(),
        }
    }

    /// Everybody who holds an allow here, whatever its conditions and window; perhaps some of them twice.
    pub(crate) fn allowed(&self) -> Box<dyn Iterator<Item = Holder> + '_> {
        match self {
            Self::None => Box::new(std::iter::empty()),
            Self::One(entry) => Box::new((entry.effect == Effect::Allow).then_some(entry.holder).into_iter()),
            Self::Many(sides) => Box::new(sides.allow.iter()),
        }
    }
}

impl Holders {
    fn iter(&self) -> impl Iterator<Item = Holder> + '_ {
        let entities = self.entities.iter().map(|(id, _)| Holder::Entity(id));
        let groups = self.groups.iter().map(|(id, _)| Holder::Group(id));
        entities.chain(groups).chain(self.roles.iter().map(|(id, _)| Holder::Role(id)))
    }

    fn is_empty(&self) -> bool {
        self.entities.is_empty() && self.groups.is_empty() && self.roles.is_empty()
    }

    /// Walks the smaller side wherever there are two.
    fn held(
        &self,
        asker: &Asker<'_>,
        tenant: Option<Uuid>,
        show: &mut impl FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for policy in self.entities.of(asker.id).filter(|policy| asker.counts(*policy)) {
            show(policy.of_policy())?;
        }
        if self.groups.len() <= asker.group_count() {
            for (group, policy) in self.groups.iter() {
                if asker.is_in(group) && asker.counts(policy) {
                    show(policy.of_policy())?;
                }
            }
        } else {
            let policies = asker.groups().flat_map(|group| self.groups.of(group));
            for policy in policies.filter(|policy| asker.counts(*policy)) {
                show(policy.of_policy())?;
            }
        }
        if !asker.has_fewer_roles_than(self.roles.len()) {
            for (role, block) in self.roles.iter() {
                if asker.holds(role, tenant) {
                    show(block.of_role(role))?;
                }
            }
        } else {
            for role in asker.roles(tenant) {
                for block in self.roles.of(role) {
                    show(block.of_role(role))?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}
