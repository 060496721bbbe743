//! What must hold of the changes in a draft when they are written down. When the draft is made live, everything is looked at
//! again.

use atoll_base::{Result, fields};
use atoll_policy::{Fact, FactKey, GroupFlavour, Scope, Subject, World};
use serde_json::Value;
use uuid::Uuid;

use super::model::{Described, DraftFault, ENTRIES_MAX, Entry, Held, What};
use crate::blocks::{BlockFault, NewBlock};

/// What a draft is to change, as somebody describes it.
#[derive(Clone, Debug)]
pub enum DraftChange {
    /// Somebody or a role receives something.
    Add {
        /// Who.
        subject: Option<Subject>,
        /// A role.
        role: Option<Uuid>,
        /// A block that exists.
        block: Option<Uuid>,
        /// A block that is to be made.
        new: Option<NewBlock>,
    },
    /// Something is taken away.
    Remove(What),
}

/// Reads changes for a draft of the tenant, or of the platform.
pub(super) fn entries(
    world: &World,
    tenant: Option<Uuid>,
    described: Vec<DraftChange>,
    new_id: impl Fn() -> Uuid,
) -> Result<Vec<Entry>> {
    if described.is_empty() || described.len() > ENTRIES_MAX {
        return Err(DraftFault::Size.into());
    }
    let reading = Reading { world, tenant, new_id };
    described.into_iter().map(|one| reading.entry(one)).collect()
}

struct Reading<'w, N> {
    world: &'w World,
    tenant: Option<Uuid>,
    new_id: N,
}

impl<N: Fn() -> Uuid> Reading<'_, N> {
    fn entry(&self, described: DraftChange) -> Result<Entry> {
        let what = match described {
            DraftChange::Remove(what) => self.there(what)?,
            DraftChange::Add { subject, role, block, new } => {
                if let Some(subject) = subject {
                    self.subject(subject)?;
                }
                if let Some(role) = role {
                    self.role(role)?;
                }
                match (subject, role, self.block(block, new)?) {
                    (Some(subject), Some(role), None) => What::Assign { subject, role },
                    (Some(subject), None, Some(block)) => What::Give { subject, block },
                    (None, Some(role), Some(block)) => What::Link { role, block },
                    _ => return Err(DraftFault::NoGrant.into()),
                }
            }
        };
        Ok(Entry { id: (self.new_id)(), what })
    }

    /// The subject could receive something of the tenant.
    fn subject(&self, subject: Subject) -> Result<()> {
        let (world, tenant) = (self.world, self.tenant);
        let fits = match subject {
            Subject::Entity(id) => world.entity(id).is_some_and(|entity| {
                let member = |tenant| world.fact(&FactKey::Membership { tenant, entity: id }).is_some();
                entity.tenant == tenant || tenant.is_some_and(member)
            }),
            Subject::Group(id) => match world.fact(&FactKey::Group { id }) {
                Some(Fact::Group { flavour, tenant: of, deleted, .. }) => {
                    flavour == GroupFlavour::Principal && of == tenant && !deleted
                }
                _ => false,
            },
        };
        if fits { Ok(()) } else { Err(DraftFault::NoSubject(subject.id()).into()) }
    }

    fn role(&self, id: Uuid) -> Result<()> {
        match self.world.fact(&FactKey::Role { id }) {
            Some(Fact::Role { tenant, deleted: false, .. }) if tenant == self.tenant => Ok(()),
            _ => Err(DraftFault::NoRole(id).into()),
        }
    }

    fn block(&self, known: Option<Uuid>, new: Option<NewBlock>) -> Result<Option<Held>> {
        match (known, new) {
            (None, None) => Ok(None),
            (Some(id), None) => match self.world.fact(&FactKey::Block { id }) {
                Some(Fact::Block { tenant, .. }) if tenant == self.tenant => Ok(Some(Held::Known(id))),
                _ => Err(DraftFault::NoBlock(id).into()),
            },
            (None, Some(new)) => self.described(new).map(Some),
            (Some(_), Some(_)) => Err(DraftFault::NoGrant.into()),
        }
    }

    fn described(&self, new: NewBlock) -> Result<Held> {
        if new.columns.tenant_id != self.tenant {
            return Err(DraftFault::BlockTenant.into());
        }
        if new.actions.is_empty() {
            return Err(BlockFault::NoActions.into());
        }
        if let Some(missing) = new.actions.iter().find(|id| self.world.action_name(**id).is_none()) {
            return Err(DraftFault::NoAction(*missing).into());
        }
        let conditions: Value = fields::object("conditions", new.conditions)?;
        Ok(Held::New(Described {
            id: (self.new_id)(),
            scope: Scope::try_from(&new.columns).map_err(DraftFault::from)?,
            effect: new.effect,
            conditions,
            actions: new.actions,
        }))
    }

    /// What is taken away is there, and belongs to the tenant.
    fn there(&self, what: What) -> Result<What> {
        let (key, id) = match &what {
            What::LeaveAssignment(id) => (FactKey::Assignment { id: *id }, *id),
            What::LeavePolicy(id) => (FactKey::DirectPolicy { id: *id }, *id),
            What::Unlink { role, block } => {
                self.role(*role)?;
                (FactKey::RoleBlock { role: *role, block: *block }, *block)
            }
            What::Assign { .. } | What::Give { .. } | What::Link { .. } => {
                return Err(DraftFault::NoGrant.into());
            }
        };
        match self.world.fact(&key) {
            Some(Fact::Assignment { tenant, .. } | Fact::DirectPolicy { tenant, .. })
                if tenant == self.tenant =>
            {
                Ok(what)
            }
            Some(Fact::RoleBlock { .. }) => Ok(what),
            _ => Err(DraftFault::NoSuchGrant(id).into()),
        }
    }
}
