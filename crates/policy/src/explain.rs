//! Explains one question: goes through everything the subject holds.

use std::collections::HashMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::actions::Action;
use crate::asker::{Asker, MEMBERS_MAY};
use crate::condition::{Roots, Truth};
use crate::decide::{Case, Opened, judged};
use crate::decision::Reason;
use crate::explanation::{
    Binding, BindingResult, CapabilityPart, Explanation, GrantKind, ResourcePart, SkipReason, SubjectPart,
    Unjudged,
};
use crate::fact::Subject;
use crate::grants::Grant;
use crate::object::ObjectRef;
use crate::question::{Question, SelectorError};
use crate::scope::Scope;
use crate::target::Target;
use crate::window::Phase;
use crate::words::{Effect, EntityKind, ObjectKind};
use crate::world::World;

impl World {
    /// Decides a question and says how. Agrees with [`decide`](Self::decide) in every case, and takes longer the
    /// more the subject holds.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub fn explain(&self, question: &Question<'_>) -> Result<Explanation, SelectorError> {
        let subject = self.entities.get(&question.subject).filter(|row| !row.deleted);
        let mut explanation = Explanation {
            allowed: false,
            reason: Reason::NoMatchingAllow,
            lifecycle: None,
            subject: subject.map(|row| SubjectPart {
                id: question.subject,
                name: row.name.as_ref().to_owned(),
                kind: row.kind,
                status: row.status,
            }),
            resource: None,
            capability: None,
            matched_binding: None,
            evaluated_bindings: Vec::new(),
            reach: String::new(),
            action: question.action.to_owned(),
        };
        match self.open_case(question)? {
            Opened::Answered { reason, lifecycle, target } => {
                explanation.resource = target.as_ref().and_then(resource_part);
                explanation.reason = reason;
                explanation.lifecycle = lifecycle;
            }
            Opened::Case(case) => {
                explanation.resource = resource_part(&case.target);
                let name = question.action.to_owned();
                explanation.capability = Some(CapabilityPart { id: case.action.id, name });
                self.explain_grants(&case, question, &mut explanation);
            }
        }
        explanation.allowed = explanation.reason == Reason::Allowed;
        Ok(explanation)
    }

    fn explain_grants(&self, case: &Case<'_>, question: &Question<'_>, explanation: &mut Explanation) {
        let roots = self.roots(case, question);
        let paths = self.paths(&case.asker);
        for grant in self.grants(&case.asker) {
            let (covers, truth) = (self.covers(&grant, &case.target), judged(grant.block, &roots));
            for action in &grant.block.actions {
                let skip = match (covers, *action == case.action.id, grant.window.phase(question.now)) {
                    (false, ..) => Some(SkipReason::ScopeMismatch),
                    (true, false, _) => Some(SkipReason::GrantMismatch),
                    (true, true, Phase::NotYet) => Some(SkipReason::NotYet),
                    (true, true, Phase::Over) => Some(SkipReason::Expired),
                    (true, true, Phase::Open) => {
                        (!self.counts(grant.block.effect, truth)).then_some(SkipReason::ConditionsMismatch)
                    }
                };
                let reached = matches!(skip, None | Some(SkipReason::ConditionsMismatch));
                let unjudged = reached && truth == Truth::Unknown;
                let mut binding = Binding::of_grant(&grant, *action, &paths);
                binding.conclude(skip, unjudged);
                explanation.evaluated_bindings.push(binding.clone());
                if skip.is_none() {
                    explanation.matched_binding = Some(binding);
                    explanation.reach = self.in_words(&grant.block.scope());
                    if grant.block.effect == Effect::Deny {
                        explanation.reason = match grant.role {
                            None => Reason::DeniedByPolicy,
                            Some((_, role)) => Reason::DeniedByRole(role.name.clone()),
                        };
                        return;
                    }
                }
            }
        }
        self.explain_memberships(case, question, explanation);
        explanation.reason = match &explanation.matched_binding {
            None => Reason::NoMatchingAllow,
            Some(_) if self.under_ceiling(case, question, &roots) => Reason::Allowed,
            Some(_) => Reason::DeniedByCeiling,
        };
        if explanation.reason == Reason::DeniedByCeiling {
            explanation.matched_binding = None;
        }
    }

    fn under_ceiling(&self, case: &Case<'_>, question: &Question<'_>, roots: &Roots<'_>) -> bool {
        question.ceiling.is_none_or(|ceiling| ceiling.admits(question.action, &case.target, roots))
    }

    const fn counts(&self, effect: Effect, truth: Truth) -> bool {
        match (effect, truth) {
            (_, Truth::True) => true,
            (_, Truth::False) | (Effect::Allow, Truth::Unknown) => false,
            (Effect::Deny, Truth::Unknown) => self.strict,
        }
    }

    fn explain_memberships(&self, case: &Case<'_>, question: &Question<'_>, explanation: &mut Explanation) {
        let (asker, read) = (&case.asker, self.actions.named(MEMBERS_MAY));
        let (EntityKind::Human, Some(read)) = (asker.row.kind, read) else { return };
        let tenants = self.memberships.get(&asker.id).into_iter().flat_map(|tenants| tenants.iter());
        let mut tenants: Vec<Uuid> = tenants.filter(|tenant| asker.is_member_of(*tenant)).collect();
        tenants.sort_unstable();
        for tenant in tenants {
            let covers = case.target.object == ObjectRef::new(ObjectKind::Tenant, tenant);
            let skip = match (covers, question.action == MEMBERS_MAY) {
                (false, _) => Some(SkipReason::ScopeMismatch),
                (true, false) => Some(SkipReason::GrantMismatch),
                (true, true) => None,
            };
            let mut binding = Binding::of_membership(asker.id, tenant, read);
            binding.conclude(skip, false);
            explanation.evaluated_bindings.push(binding.clone());
            if skip.is_none() {
                explanation.matched_binding = Some(binding);
                explanation.reach = "on the tenant".to_owned();
            }
        }
    }

    /// Whether the grant covers the target: its boundary and its scope.
    pub(crate) fn covers(&self, grant: &Grant<'_>, target: &Target<'_>) -> bool {
        // The allows of an object group that is not in use do not count.
        let chain = target.chain(self);
        let reach = if grant.block.effect == Effect::Allow { chain.open } else { chain.len() };
        self.covers_below(grant, target, reach)
    }

    /// The same, if all object groups were in use.
    pub(crate) fn covers_if_open(&self, grant: &Grant<'_>, target: &Target<'_>) -> bool {
        self.covers_below(grant, target, usize::MAX)
    }

    /// Whether the grant covers the target, by way of no object group as high above it as `reach`.
    fn covers_below(&self, grant: &Grant<'_>, target: &Target<'_>, reach: usize) -> bool {
        let Ok(boundary) = grant.boundary() else { return false };
        if boundary.is_some() && boundary != target.tenant {
            return false;
        }
        let object = target.object;
        let is_group = object.kind == ObjectKind::Group;
        let placeable = matches!(object.kind, ObjectKind::Entity | ObjectKind::Resource);
        let chain = target.chain(self);
        let height = |group: &Uuid| chain.height(*group).filter(|height| *height < reach);
        match &grant.block.scope() {
            Scope::Platform | Scope::Tenant(_) => true,
            Scope::Kind(kind) => *kind == object.kind,
            Scope::Type(object_type) => target.type_ref() == Some(object_type.as_ref()),
            Scope::Object { id, .. } => object.kind != ObjectKind::Platform && *id == object.id,
            Scope::GroupDirectObjects { group, object_type } => {
                placeable
                    && target.type_ref() == Some(object_type.as_ref())
                    && height(group).is_some_and(|height| height == 0)
            }
            Scope::GroupDescendantObjects { group, object_type } => {
                placeable
                    && target.type_ref() == Some(object_type.as_ref())
                    && height(group).is_some_and(|height| height > 0)
            }
            Scope::GroupChildGroups { group } => is_group && height(group) == Some(0),
            Scope::GroupDescendantGroups { group } => is_group && height(group).is_some(),
            Scope::Group { group } => is_group && *group == object.id,
        }
    }

    /// How each group reaches the asker, as text; the shortest way where there are several.
    pub(crate) fn paths(&self, asker: &Asker<'_>) -> HashMap<Uuid, String> {
        let mut paths: HashMap<Uuid, (usize, Uuid, String)> = HashMap::new();
        let mut direct: Vec<Uuid> =
            self.joined.get(&asker.id).into_iter().flat_map(|joined| joined.iter()).collect();
        direct.sort_unstable();
        for start in direct {
            let Some(lineage) = self.lineages.get(&start) else { continue };
            let mut names: Vec<&str> = Vec::new();
            for group in &lineage.chain[..lineage.principals.len()] {
                names.push(self.groups.get(group).map_or("", |row| &row.name));
                let shorter = paths.get(group).is_none_or(|(length, ..)| names.len() < *length);
                if shorter {
                    let path: Vec<&str> = names.iter().rev().copied().collect();
                    paths.insert(*group, (names.len(), start, format!("group:{}", path.join(" -> "))));
                }
            }
        }
        paths.into_iter().map(|(group, (.., path))| (group, path)).collect()
    }

    /// A scope in words, with the names of groups.
    fn in_words(&self, scope: &Scope) -> String {
        let named = |group: &Uuid| match self.groups.get(group) {
            Some(row) => format!("group '{}'", row.name),
            None => format!("group {group}"),
        };
        match scope {
            Scope::Platform => "everywhere".to_owned(),
            Scope::Tenant(_) => "in the whole tenant".to_owned(),
            Scope::Kind(kind) => format!("on every {}", kind.as_str()),
            Scope::Type(object_type) => format!("on every {}", object_type.sub),
            Scope::Object { .. } => "on it alone".to_owned(),
            Scope::GroupDirectObjects { group, object_type } => {
                format!("on every {} in {}", object_type.sub, named(group))
            }
            Scope::GroupDescendantObjects { group, object_type } => {
                format!("on every {} below {}", object_type.sub, named(group))
            }
            Scope::GroupChildGroups { group } => format!("on every group in {}", named(group)),
            Scope::GroupDescendantGroups { group } => format!("on every group below {}", named(group)),
            Scope::Group { group } => format!("on {} itself", named(group)),
        }
    }
}

impl Binding {
    fn of_grant(grant: &Grant<'_>, action: Uuid, paths: &HashMap<Uuid, String>) -> Self {
        let role_name = grant.role.map(|(_, role)| role.name.as_ref().to_owned());
        let conditions = grant.block.conditions.as_ref().map(|conditions| conditions.raw().clone());
        Self {
            id: grant.id,
            block_id: grant.block_id,
            effect: grant.block.effect,
            grant_kind: if grant.role.is_some() { GrantKind::Role } else { GrantKind::Capability },
            grant_id: grant.role.map_or(action, |(role, _)| role),
            role_path: role_name.clone(),
            role_name,
            scope_kind: grant.block.scope().explained_kind(),
            scope_ref: grant.block.scope().explained_ref(),
            conditions: conditions.unwrap_or_else(|| Value::Object(Map::new())),
            via: match grant.holder {
                Subject::Entity(_) => "direct".to_owned(),
                Subject::Group(group) => paths.get(&group).cloned().unwrap_or_default(),
            },
            result: BindingResult::Skipped,
            skip_reason: None,
            condition: None,
        }
    }

    fn of_membership(member: Uuid, tenant: Uuid, read: &Action) -> Self {
        // The grant is not stored anywhere, so its id is made from what it depends on.
        let id = Uuid::from_u128(member.as_u128().rotate_left(64) ^ tenant.as_u128());
        Self {
            id,
            block_id: id,
            effect: Effect::Allow,
            grant_kind: GrantKind::Capability,
            grant_id: read.id,
            role_name: None,
            role_path: None,
            scope_kind: "object",
            scope_ref: Some(tenant.to_string()),
            conditions: Value::Object(Map::new()),
            via: "tenant_membership".to_owned(),
            result: BindingResult::Skipped,
            skip_reason: None,
            condition: None,
        }
    }

    fn conclude(&mut self, skip: Option<SkipReason>, unjudged: bool) {
        self.result = if skip.is_none() { BindingResult::Matched } else { BindingResult::Skipped };
        self.skip_reason = skip;
        self.condition = unjudged.then_some(Unjudged::Unknown);
    }
}

fn resource_part(target: &Target<'_>) -> Option<ResourcePart> {
    (target.object.kind != ObjectKind::Platform).then(|| ResourcePart {
        id: target.object.id,
        kind: target.sub.unwrap_or_default().to_owned(),
        name: target.name.map(str::to_owned),
        tenant_id: target.tenant,
    })
}
