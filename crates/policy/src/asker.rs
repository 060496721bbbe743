//! The subject of a question: which groups it is in and which roles it holds.

use std::cell::OnceCell;

use smallvec::SmallVec;
use uuid::Uuid;

use crate::fact::Subject;
use crate::lineage::Lineage;
use crate::posting::GrantId;
use crate::rows::{EntityRow, Windows};
use crate::window::{When, Window};
use crate::words::{EntityKind, ObjectKind, Status, TenantStatus};
use crate::world::World;

/// Walking a posting this short is cheaper than counting what the subject has.
const SHORT: usize = 4;

type Lineages<'a> = SmallVec<[&'a Lineage; 4]>;

/// The subject. Its groups are looked up when they are first needed.
#[derive(Debug)]
pub(crate) struct Asker<'a> {
    world: &'a World,
    pub(crate) id: Uuid,
    pub(crate) row: &'a EntityRow,
    pub(crate) when: When,
    lineages: OnceCell<Lineages<'a>>,
    role_count: OnceCell<usize>,
}

/// Why an entity cannot be the subject of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAsker {
    Unknown,
    NotActive,
}

impl<'a> Asker<'a> {
    /// The entity as a subject: it exists, is in use, and so is its own tenant.
    pub(crate) fn find(world: &'a World, id: Uuid, when: When) -> Result<Self, NoAsker> {
        let row = world.entities.get(&id).filter(|row| !row.deleted).ok_or(NoAsker::Unknown)?;
        if row.status != Status::Active || !world.is_active(row.tenant) {
            return Err(NoAsker::NotActive);
        }
        Ok(Self { world, id, row, when, lineages: OnceCell::new(), role_count: OnceCell::new() })
    }

    fn lineages(&self) -> &[&'a Lineage] {
        self.lineages.get_or_init(|| {
            let Some(joined) = self.world.joined.get(&self.id) else { return Lineages::new() };
            let windows = self.world.joined_windows.get(&self.id);
            let joined = joined.iter().filter(|group| self.is_linked(windows, *group));
            let lineages = joined.filter_map(|group| self.world.lineages.get(&group));
            lineages.map(|lineage| &**lineage).filter(|lineage| !lineage.principals.is_empty()).collect()
        })
    }

    /// Whether what is bounded to the tenant counts: a membership of it that has not begun or is over takes everything
    /// with it.
    pub(crate) fn counts_in(&self, tenant: Option<Uuid>) -> bool {
        tenant.is_none_or(|tenant| self.is_linked(self.world.membership_windows.get(&self.id), tenant))
    }

    /// The window of its membership of the tenant; always, if it has none.
    pub(crate) fn membership(&self, tenant: Uuid) -> Window {
        let windows = self.world.membership_windows.get(&self.id).into_iter().flatten();
        windows.copied().find(|(known, _)| *known == tenant).map_or(Window::ALWAYS, |(_, window)| window)
    }

    /// Whether a link to `other` counts, going by the windows of the links that have one.
    fn is_linked(&self, windows: Option<&Windows>, other: Uuid) -> bool {
        let window = windows.and_then(|windows| windows.iter().find(|(known, _)| *known == other));
        window.is_none_or(|(_, window)| self.when.admits(*window))
    }

    /// Whether a direct policy counts.
    pub(crate) fn counts(&self, policy: GrantId) -> bool {
        self.is_due(policy.id, policy.timed)
    }

    /// Whether a direct policy or assignment counts; only those that are timed have a window to look at.
    fn is_due(&self, id: Uuid, timed: bool) -> bool {
        !timed || self.world.windows.get(&id).is_none_or(|window| self.when.admits(*window))
    }

    /// How many groups it is in; one that is reached twice counts twice.
    pub(crate) fn group_count(&self) -> usize {
        self.lineages().iter().map(|lineage| lineage.principals.len()).sum()
    }

    /// The groups it is in, directly or through groups below them; perhaps some of them twice.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.lineages().iter().flat_map(|lineage| lineage.principals.iter().copied())
    }

    pub(crate) fn is_in(&self, group: Uuid) -> bool {
        self.lineages().iter().any(|lineage| lineage.principals.binary_search(&group).is_ok())
    }

    /// Itself and its groups.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        std::iter::once(Subject::Entity(self.id)).chain(self.groups().map(Subject::Group))
    }

    /// Whether it has fewer role assignments than `count`.
    pub(crate) fn has_fewer_roles_than(&self, count: usize) -> bool {
        count > SHORT
            && count
                > *self.role_count.get_or_init(|| {
                    let held = self.subjects().filter_map(|subject| self.world.held.get(&subject));
                    held.map(|held| held.assignments.len()).sum()
                })
    }

    /// The roles that it holds within the tenant; perhaps some of them twice.
    pub(crate) fn roles(&self, tenant: Option<Uuid>) -> impl Iterator<Item = Uuid> + '_ {
        let held = self.subjects().filter_map(|subject| self.world.held.get(&subject));
        let assignments = held.flat_map(|held| held.assignments.iter());
        let rows = assignments.filter_map(|id| Some((id, self.world.assignments.get(&id)?)));
        let bounded = self.counts_in(tenant);
        rows.filter(move |(_, row)| row.tenant.is_none() || (bounded && row.tenant == tenant))
            .filter(|(id, row)| self.is_due(*id, row.timed))
            .map(|(_, row)| row.role)
            .filter(|role| self.world.is_live_role(*role))
    }

    /// Whether it holds the role within the tenant.
    pub(crate) fn holds(&self, role: Uuid, tenant: Option<Uuid>) -> bool {
        self.holding(role, tenant).next().is_some() && self.world.is_live_role(role)
    }

    /// The assignments of the role, live or not, that the subject has within the tenant.
    pub(crate) fn holding(&self, role: Uuid, tenant: Option<Uuid>) -> impl Iterator<Item = Uuid> + '_ {
        let assignees = self.world.assignees.get(&role);
        let direct = assignees.into_iter().flat_map(|assignees| assignees.entities.of(self.id));
        let groups = assignees.map(|assignees| &assignees.groups).filter(|groups| !groups.is_empty());
        let few = groups.filter(|groups| groups.len() <= self.group_count());
        let many = groups.filter(|groups| groups.len() > self.group_count());
        let few = few.into_iter().flat_map(|groups| groups.iter()).filter(|(group, _)| self.is_in(*group));
        let many = many.into_iter().flat_map(|groups| self.groups().flat_map(|group| groups.of(group)));
        let bounded = self.counts_in(tenant);
        direct.chain(few.map(|(_, assignment)| assignment)).chain(many).filter(move |assignment| {
            self.world.assignments.get(assignment).is_some_and(|row| {
                (row.tenant.is_none() || (bounded && row.tenant == tenant))
                    && self.is_due(*assignment, row.timed)
            })
        })
    }

    /// Whether it is a person with an active membership of the tenant, which lets it read that tenant.
    pub(crate) fn is_member_of(&self, tenant: Uuid) -> bool {
        self.row.kind == EntityKind::Human
            && self.world.memberships.get(&self.id).is_some_and(|tenants| tenants.contains(&tenant))
            && self.counts_in(Some(tenant))
            && self.world.is_active(Some(tenant))
    }
}

/// The action that membership of a tenant allows on that tenant.
pub(crate) const MEMBERS_MAY: &str = "read";
/// The kind of object that membership is about.
pub(crate) const MEMBERS_OF: ObjectKind = ObjectKind::Tenant;

impl World {
    /// Whether the tenant is in use; what belongs to no tenant always is.
    pub(crate) fn is_active(&self, tenant: Option<Uuid>) -> bool {
        tenant.is_none_or(|tenant| self.tenant_status(tenant) == TenantStatus::Active)
    }

    /// The status of the tenant; one that nothing is known about counts as deleted.
    pub(crate) fn tenant_status(&self, tenant: Uuid) -> TenantStatus {
        self.tenants.get(&tenant).map_or(TenantStatus::Deleted, |row| row.status)
    }

    pub(crate) fn is_live_role(&self, role: Uuid) -> bool {
        self.roles.get(&role).is_some_and(|role| !role.deleted)
    }
}
