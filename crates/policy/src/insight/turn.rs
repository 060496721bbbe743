//! Finds single changes that would turn an answer round, and tries each of them.

use uuid::Uuid;

use super::Turn;
use crate::asker::Asker;
use crate::condition::Truth;
use crate::decide::{Case, Opened, judged};
use crate::decision::Reason;
use crate::fact::{Change, Fact, FactKey, Subject};
use crate::grants::Grant;
use crate::posting::Holder;
use crate::question::{Question, SelectorError};
use crate::window::Window;
use crate::words::{Effect, GroupFlavour, ObjectKind, Status, TenantStatus};
use crate::world::World;

/// How many changes are tried, and how many are told.
const TRIED: usize = 64;
const TOLD: usize = 12;

/// A change that might, with what it means for the world; none if it is about the question.
struct Idea {
    turn: Turn,
    change: Option<Change>,
}

impl Idea {
    fn of(turn: Turn, change: Change) -> Self {
        Self { turn, change: Some(change) }
    }
}

impl World {
    /// The changes each of which turns the answer round; those that take least first.
    pub(super) fn turns(&self, question: &Question<'_>, allowed: bool) -> Result<Vec<Turn>, SelectorError> {
        let mut turns = Vec::new();
        for idea in self.ideas(question, allowed)?.into_iter().take(TRIED) {
            if turns.len() < TOLD && self.turned(question, allowed, &idea) {
                turns.push(idea.turn);
            }
        }
        Ok(turns)
    }

    fn turned(&self, question: &Question<'_>, allowed: bool, idea: &Idea) -> bool {
        let decided = match &idea.change {
            Some(change) => self.apply(std::slice::from_ref(change)).decide(question),
            None => self.decide(&Question { ceiling: None, ..*question }),
        };
        decided.is_ok_and(|decision| decision.allowed != allowed)
    }

    fn ideas(&self, question: &Question<'_>, allowed: bool) -> Result<Vec<Idea>, SelectorError> {
        let case = match self.open_case(question)? {
            Opened::Answered { reason, .. } => return self.ideas_before_grants(question, &reason),
            Opened::Case(case) => case,
        };
        let mut ideas = Vec::new();
        for grant in self.grants(&case.asker) {
            if !grant.block.actions.contains(&case.action.id) {
                continue;
            }
            match (grant.block.effect, allowed) {
                (Effect::Allow, true) | (Effect::Deny, false) => self.removals(&grant, &mut ideas),
                (Effect::Allow, false) => self.openings(&grant, &case, question, &mut ideas),
                (Effect::Deny, true) => {}
            }
        }
        if !allowed {
            ideas.push(Idea { turn: Turn::LeaveCeiling, change: None });
            self.ways_in(&case, question, &mut ideas);
        }
        Ok(ideas)
    }

    /// What is switched off, or in the way, before grants are looked at.
    fn ideas_before_grants(
        &self,
        question: &Question<'_>,
        reason: &Reason,
    ) -> Result<Vec<Idea>, SelectorError> {
        let mut ideas = Vec::new();
        match reason {
            Reason::SubjectNotActive => {
                ideas.extend(self.activation(FactKey::Entity { id: question.subject }, |_| {
                    Turn::ActivateSubject { entity: question.subject }
                }));
                let home = self.entities.get(&question.subject).and_then(|row| row.tenant);
                ideas.extend(home.and_then(|tenant| self.tenant_activation(tenant)));
            }
            Reason::ObjectNotFound(_) => {
                let object = question.object.resolve()?;
                let key = match object.kind {
                    ObjectKind::Entity => Some(FactKey::Entity { id: object.id }),
                    ObjectKind::Group => Some(FactKey::Group { id: object.id }),
                    _ => None,
                };
                let turn = |_: &Fact| Turn::ActivateObject { object };
                ideas.extend(key.and_then(|key| self.activation(key, turn)));
            }
            Reason::TenantNotActive(_) => {
                let target = self.target(question.object.resolve()?);
                let tenant = target.and_then(|target| target.tenant);
                ideas.extend(tenant.and_then(|tenant| self.tenant_activation(tenant)));
            }
            _ => {}
        }
        Ok(ideas)
    }

    /// The fact with what it is about put in use.
    fn activation(&self, key: FactKey, turn: impl FnOnce(&Fact) -> Turn) -> Option<Idea> {
        let mut fact = self.fact(&key)?;
        match &mut fact {
            Fact::Entity { status, .. } | Fact::Group { status, .. } => *status = Status::Active,
            Fact::Tenant { status, .. } => *status = TenantStatus::Active,
            _ => return None,
        }
        Some(Idea::of(turn(&fact), Change::Put(fact)))
    }

    fn tenant_activation(&self, tenant: Uuid) -> Option<Idea> {
        let deleted = self.tenant_status(tenant) == TenantStatus::Deleted;
        let idea = self.activation(FactKey::Tenant { id: tenant }, |_| Turn::ActivateTenant { tenant });
        idea.filter(|_| !deleted)
    }

    /// Taking the grant away.
    fn removals(&self, grant: &Grant<'_>, ideas: &mut Vec<Idea>) {
        match grant.role {
            None => {
                let key = FactKey::DirectPolicy { id: grant.id };
                ideas.push(Idea::of(Turn::RemovePolicy { policy: grant.id }, Change::Drop(key)));
            }
            Some((role, row)) => {
                let name = row.name.as_ref().to_owned();
                let turn = Turn::RemoveAssignment { assignment: grant.id, role: name.clone() };
                ideas.push(Idea::of(turn, Change::Drop(FactKey::Assignment { id: grant.id })));
                let key = FactKey::RoleBlock { role, block: grant.block_id };
                let turn = Turn::RemoveBlock { role, name, block: grant.block_id };
                ideas.push(Idea::of(turn, Change::Drop(key)));
            }
        }
    }

    /// Making an allow count that does not: on the clock, by its conditions, by the places it goes through.
    fn openings(&self, grant: &Grant<'_>, case: &Case<'_>, question: &Question<'_>, ideas: &mut Vec<Idea>) {
        let covers = self.covers(grant, &case.target);
        if !covers && self.covers_if_open(grant, &case.target) {
            for group in case.target.chain(self).iter() {
                ideas.extend(self.activation(FactKey::Group { id: group }, |fact| activate_group(fact)));
            }
        }
        if !covers {
            return;
        }
        if !grant.window.is_open(question.now) {
            ideas.extend(self.renewal(grant.id, grant.role.is_some()));
        }
        let Some(conditions) = &grant.block.conditions else { return };
        let roots = self.roots(case, question);
        if judged(grant.block, &roots) != Truth::True
            && let Some(Fact::Block { id, tenant, scope, effect, actions, .. }) =
                self.fact(&FactKey::Block { id: grant.block_id })
        {
            let turn = Turn::MeetConditions { block: id, paths: conditions.unmet(&roots) };
            let conditions = serde_json::json!({});
            let open = Fact::Block { id, tenant, scope, effect, conditions, actions };
            ideas.push(Idea::of(turn, Change::Put(open)));
        }
    }

    /// The grant with no beginning and no end.
    fn renewal(&self, grant: Uuid, of_role: bool) -> Option<Idea> {
        let key =
            if of_role { FactKey::Assignment { id: grant } } else { FactKey::DirectPolicy { id: grant } };
        let mut fact = self.fact(&key)?;
        match &mut fact {
            Fact::Assignment { window, .. } | Fact::DirectPolicy { window, .. } => *window = Window::ALWAYS,
            _ => return None,
        }
        Some(Idea::of(Turn::RenewGrant { grant }, Change::Put(fact)))
    }

    /// Ways to a grant that others have: memberships that ended, groups out of use, deleted roles; then roles and groups
    /// that exist.
    fn ways_in(&self, case: &Case<'_>, question: &Question<'_>, ideas: &mut Vec<Idea>) {
        self.ways_back(&case.asker, question, ideas);
        let mut roles = Vec::new();
        let mut groups = Vec::new();
        for covering in self.covering(case.action.id, &case.target, true).iter().filter(|one| one.open) {
            for holder in covering.posting.allowed().take(10 * TRIED) {
                match holder {
                    Holder::Role(role) => roles.push(role),
                    Holder::Group(group) => groups.push(group),
                    Holder::Entity(_) => {}
                }
            }
        }
        for role in &roles {
            let assignees = self.assignees.get(role);
            groups.extend(assignees.into_iter().flat_map(|all| all.groups.iter()).map(|(group, _)| group));
        }
        // Roles with few blocks first: the least that is enough.
        roles.sort_by_key(|role| (self.role_blocks.get(role).map_or(0, |blocks| blocks.len()), *role));
        roles.dedup();
        groups.sort_unstable();
        groups.dedup();
        let subject = question.subject;
        for role in roles.into_iter().take(TRIED / 4) {
            let Some(row) = self.roles.get(&role).filter(|row| !row.deleted) else { continue };
            let turn = Turn::AssignRole { role, name: row.name.as_ref().to_owned() };
            let (id, window) = (Uuid::max(), Window::ALWAYS);
            let holder = Subject::Entity(subject);
            let fact = Fact::Assignment { id, tenant: row.tenant, subject: holder, role, window };
            ideas.push(Idea::of(turn, Change::Put(fact)));
        }
        for group in groups.into_iter().take(TRIED / 4) {
            let Some(row) = self.groups.get(&group) else { continue };
            let turn = Turn::JoinGroup { group, name: row.name.as_ref().to_owned() };
            let fact = Fact::Member { group, entity: subject, window: Window::ALWAYS };
            ideas.push(Idea::of(turn, Change::Put(fact)));
        }
    }

    /// What the subject had, or would have if something were in use.
    fn ways_back(&self, asker: &Asker<'_>, question: &Question<'_>, ideas: &mut Vec<Idea>) {
        let entity = question.subject;
        for (tenant, window) in self.membership_windows.get(&entity).into_iter().flatten() {
            if !window.is_open(question.now) {
                let fact = Fact::Membership { tenant: *tenant, entity, window: Window::ALWAYS };
                let turn = Turn::RenewTenantMembership { tenant: *tenant };
                ideas.push(Idea::of(turn, Change::Put(fact)));
            }
        }
        for group in self.joined.get(&entity).into_iter().flat_map(|groups| groups.iter()) {
            let key = FactKey::Member { group, entity };
            if let Some(Fact::Member { window, .. }) = self.fact(&key)
                && !window.is_open(question.now)
            {
                let name = self.groups.get(&group).map_or_else(String::new, |row| row.name.clone().into());
                let fact = Fact::Member { group, entity, window: Window::ALWAYS };
                ideas.push(Idea::of(Turn::RenewMembership { group, name }, Change::Put(fact)));
            }
            for above in self.lineages.get(&group).map(|lineage| lineage.chain.to_vec()).unwrap_or_default() {
                if self.groups.get(&above).is_some_and(|row| !row.serves(GroupFlavour::Principal)) {
                    ideas.extend(self.activation(FactKey::Group { id: above }, activate_group));
                }
            }
        }
        for subject in asker.subjects() {
            let held = self.held.get(&subject);
            for id in held.into_iter().flat_map(|held| held.assignments.iter()) {
                let Some(row) = self.assignments.get(&id) else { continue };
                if self.is_live_role(row.role) {
                    continue;
                }
                if let Some(Fact::Role { id, tenant, name, .. }) = self.fact(&FactKey::Role { id: row.role })
                {
                    let turn = Turn::RestoreRole { role: id, name: name.clone() };
                    ideas.push(Idea::of(turn, Change::Put(Fact::Role { id, tenant, name, deleted: false })));
                }
            }
        }
    }
}

fn activate_group(fact: &Fact) -> Turn {
    match fact {
        Fact::Group { id, name, .. } => Turn::ActivateGroup { group: *id, name: name.clone() },
        _ => unreachable!("the key is that of a group"),
    }
}
