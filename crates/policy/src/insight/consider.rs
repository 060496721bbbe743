//! Sorts all that a subject holds by what became of it.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::{Considered, Fate, LISTED, RolePart, Weighed};
use crate::asker::MEMBERS_MAY;
use crate::condition::{Roots, Truth};
use crate::decide::{Case, judged};
use crate::decision::Reason;
use crate::explanation::Explanation;
use crate::fact::Subject;
use crate::grants::Grant;
use crate::object::ObjectRef;
use crate::question::Question;
use crate::window::{Phase, Window};
use crate::words::{Effect, EntityKind, ObjectKind};
use crate::world::World;

type Sorted = BTreeMap<Fate, Considered>;

impl World {
    pub(super) fn consider(
        &self,
        case: &Case<'_>,
        question: &Question<'_>,
        explanation: &Explanation,
    ) -> Vec<Considered> {
        let roots = self.roots(case, question);
        let paths = self.paths(&case.asker);
        // What an allow comes to that matches.
        let allow = match explanation.reason {
            Reason::DeniedByPolicy | Reason::DeniedByRole(_) => Fate::Outweighed,
            Reason::DeniedByCeiling => Fate::AboveCeiling,
            _ => Fate::Allows,
        };
        let mut sorted = Sorted::new();
        for grant in self.grants(&case.asker) {
            let (fate, unmet) = self.fate(&grant, case, question, &roots, allow);
            note(&mut sorted, fate, || self.weighed(&grant, unmet, &paths));
        }
        self.consider_memberships(case, question, allow, &mut sorted);
        sorted.into_values().collect()
    }

    fn fate(
        &self,
        grant: &Grant<'_>,
        case: &Case<'_>,
        question: &Question<'_>,
        roots: &Roots<'_>,
        allow: Fate,
    ) -> (Fate, Vec<String>) {
        let plain = |fate| (fate, Vec::new());
        let deny = grant.block.effect == Effect::Deny;
        match grant.boundary() {
            Ok(boundary) if boundary.is_none() || boundary == case.target.tenant => {}
            _ => return plain(Fate::OtherTenant),
        }
        if !self.covers(grant, &case.target) {
            let closed = self.covers_if_open(grant, &case.target);
            return plain(if closed { Fate::PlaceNotInUse } else { Fate::OtherObject });
        }
        if !grant.block.actions.contains(&case.action.id) {
            return plain(Fate::OtherAction);
        }
        match grant.window.phase(question.now) {
            Phase::NotYet => return plain(Fate::NotYet),
            Phase::Over => return plain(Fate::Expired),
            Phase::Open => {}
        }
        let unmet = || grant.block.conditions.as_ref().map(|all| all.unmet(roots)).unwrap_or_default();
        match judged(grant.block, roots) {
            Truth::False => (Fate::ConditionsFalse, unmet()),
            Truth::Unknown if deny && self.strict => (Fate::Denies, unmet()),
            Truth::Unknown => (Fate::ConditionsUnknown, unmet()),
            Truth::True => plain(if deny { Fate::Denies } else { allow }),
        }
    }

    fn weighed(&self, grant: &Grant<'_>, unmet: Vec<String>, paths: &HashMap<Uuid, String>) -> Weighed {
        let block = grant.block;
        Weighed {
            grant: Some(grant.id),
            block: Some(grant.block_id),
            effect: block.effect,
            role: grant.role.map(|(id, row)| RolePart { id, name: row.name.as_ref().to_owned() }),
            via: match grant.holder {
                Subject::Entity(_) => "direct".to_owned(),
                Subject::Group(group) => paths.get(&group).cloned().unwrap_or_default(),
            },
            boundary: grant.boundary().ok().flatten(),
            scope_kind: block.scope().explained_kind(),
            scope_ref: block.scope().explained_ref(),
            window: grant.window,
            actions: block.actions.iter().filter_map(|id| self.action_name(*id)).map(str::to_owned).collect(),
            conditions: block.conditions.as_ref().map(|conditions| conditions.raw().clone()),
            unmet,
        }
    }

    fn consider_memberships(
        &self,
        case: &Case<'_>,
        question: &Question<'_>,
        allow: Fate,
        sorted: &mut Sorted,
    ) {
        let asker = &case.asker;
        if asker.row.kind != EntityKind::Human {
            return;
        }
        for tenant in self.memberships.get(&asker.id).into_iter().flat_map(|tenants| tenants.iter()) {
            let fate = if case.target.object != ObjectRef::new(ObjectKind::Tenant, tenant) {
                Fate::OtherObject
            } else if question.action != MEMBERS_MAY {
                Fate::OtherAction
            } else if !asker.is_member_of(tenant) {
                Fate::Expired
            } else {
                allow
            };
            note(sorted, fate, || Weighed {
                grant: None,
                block: None,
                effect: Effect::Allow,
                role: None,
                via: "tenant_membership".to_owned(),
                boundary: Some(tenant),
                scope_kind: "object",
                scope_ref: Some(tenant.to_string()),
                window: Window::ALWAYS,
                actions: vec![MEMBERS_MAY.to_owned()],
                conditions: None,
                unmet: Vec::new(),
            });
        }
    }
}

fn note(sorted: &mut Sorted, fate: Fate, grant: impl FnOnce() -> Weighed) {
    let fates = sorted.entry(fate).or_insert_with(|| Considered { fate, count: 0, grants: Vec::new() });
    fates.count += 1;
    if fates.grants.len() < LISTED {
        fates.grants.push(grant());
    }
}
