//! What a subject holds, and what each of it covers, as the oracle reads it.

use serde_json::Value;
use uuid::Uuid;

use super::Oracle;
use super::objects::Object;
use crate::fact::{Fact, Subject};
use crate::scope::Scope;
use crate::window::{When, Window};
use crate::words::{Effect, EntityKind, GroupFlavour, ObjectKind, Status, TenantStatus};

/// A block as a subject holds it.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) id: Uuid,
    pub(super) role: Option<(Uuid, String)>,
    pub(super) block: Uuid,
    /// Tenant of the assignment or policy, and tenant of the block.
    pub(super) boundaries: [Option<Uuid>; 2],
    pub(super) scope: Scope,
    pub(super) effect: Effect,
    pub(super) conditions: Value,
    pub(super) actions: Vec<Uuid>,
    /// Why it does not count now, in the words of explanations.
    pub(super) untimely: Option<&'static str>,
}

impl Grant {
    pub(super) fn is_unconditional(&self) -> bool {
        self.conditions == serde_json::json!({})
    }

    pub(super) fn is_allow(&self) -> bool {
        self.effect == Effect::Allow
    }

    /// Every boundary is the tenant.
    pub(super) fn counts_in(&self, tenant: Option<Uuid>) -> bool {
        self.boundaries.iter().all(|boundary| boundary.is_none() || *boundary == tenant)
    }

    /// The reason for which a deny of this grant refuses.
    pub(super) fn refusal(&self) -> String {
        match &self.role {
            None => "explicitly denied by direct policy".to_owned(),
            Some((_, name)) => format!("explicitly denied by role '{name}' block"),
        }
    }
}

/// Why something with this window does not count. Where no moment is given, nothing that begins or ends counts.
fn untimely(window: &Window, when: When) -> Option<&'static str> {
    match (when, window.not_before, window.expires) {
        (_, None, None) => None,
        (When::At(now), _, Some(end)) if now >= end => Some("expired"),
        (When::At(now), Some(start), _) if now < start => Some("not_yet"),
        (When::At(_), ..) => None,
        (When::Lasting, ..) => Some("expired"),
    }
}

impl Oracle {
    /// The subject, the active principal groups it is in, and the active ones above those; a group that is not active
    /// or is deleted cuts the chain.
    fn principals(&self, subject: Uuid, when: When) -> Vec<Subject> {
        let mut found = vec![Subject::Entity(subject)];
        let mut waiting: Vec<Uuid> = self
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Member { group, entity, window }
                    if *entity == subject && untimely(window, when).is_none() =>
                {
                    Some(*group)
                }
                _ => None,
            })
            .collect();
        while let Some(group) = waiting.pop() {
            let above = self.facts.iter().find_map(|fact| match fact {
                Fact::Group {
                    id,
                    flavour: GroupFlavour::Principal,
                    status: Status::Active,
                    deleted: false,
                    parent,
                    ..
                } if *id == group => Some(*parent),
                _ => None,
            });
            if let Some(parent) = above
                && !found.contains(&Subject::Group(group))
            {
                found.push(Subject::Group(group));
                waiting.extend(parent);
            }
        }
        found
    }

    /// All that the subject holds, due or not: direct policies by id, then roles by role, assignment and block.
    pub(super) fn grants(&self, of: Uuid, when: When) -> Vec<Grant> {
        let principals = self.principals(of, when);
        let mut found = Vec::new();
        for fact in &self.facts {
            match fact {
                Fact::DirectPolicy { id, tenant, subject, block, window } if principals.contains(subject) => {
                    found.extend(self.grant(*id, *tenant, None, *block, untimely(window, when)));
                }
                Fact::Assignment { id, tenant, subject, role, window } if principals.contains(subject) => {
                    let Some(name) = self.live_role(*role) else { continue };
                    for fact in &self.facts {
                        match fact {
                            Fact::RoleBlock { role: of, block } if of == role => {
                                let role = Some((*role, name.clone()));
                                let untimely = untimely(window, when);
                                found.extend(self.grant(*id, *tenant, role, *block, untimely));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        for grant in &mut found {
            self.end_with_membership(of, when, grant);
        }
        found.sort_by_key(|grant| (grant.role.as_ref().map(|(role, _)| *role), grant.id, grant.block));
        found
    }

    /// What is bounded to a tenant begins and ends with the membership of that tenant, if the subject has one.
    fn end_with_membership(&self, of: Uuid, when: When, grant: &mut Grant) {
        let scope = match grant.scope {
            Scope::Tenant(tenant) => Some(tenant),
            _ => None,
        };
        for bound in grant.boundaries.into_iter().chain([scope]).flatten() {
            for fact in &self.facts {
                match fact {
                    Fact::Membership { tenant, entity, window } if *entity == of && *tenant == bound => {
                        let untimely = untimely(window, when);
                        if untimely == Some("expired") || grant.untimely.is_none() {
                            grant.untimely = untimely;
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn live_role(&self, role: Uuid) -> Option<String> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Role { id, name, deleted: false, .. } if *id == role => Some(name.clone()),
            _ => None,
        })
    }

    fn grant(
        &self,
        grant: Uuid,
        boundary: Option<Uuid>,
        role: Option<(Uuid, String)>,
        wanted: Uuid,
        untimely: Option<&'static str>,
    ) -> Option<Grant> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Block { id, tenant, scope, effect, conditions, actions } if *id == wanted => Some(Grant {
                id: grant,
                role: role.clone(),
                block: *id,
                boundaries: [boundary, *tenant],
                scope: scope.clone(),
                effect: *effect,
                conditions: conditions.clone(),
                actions: actions.clone(),
                untimely,
            }),
            _ => None,
        })
    }

    /// Active memberships of an active human in active tenants; sorted.
    pub(super) fn member_of(&self, subject: Uuid, when: When) -> Vec<Uuid> {
        let human = self
            .facts
            .iter()
            .any(|fact| matches!(fact, Fact::Entity { id, kind: EntityKind::Human, .. } if *id == subject));
        let mut tenants: Vec<Uuid> = self
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Membership { tenant, entity, window }
                    if human && *entity == subject && untimely(window, when).is_none() =>
                {
                    Some(*tenant)
                }
                _ => None,
            })
            .filter(|tenant| self.tenant_status(*tenant) == TenantStatus::Active)
            .collect();
        tenants.sort();
        tenants
    }

    /// Whether the grant covers the object: its boundaries, then its scope. An allow through object groups needs every
    /// group from the object up to the named one to be in use.
    pub(super) fn covers(&self, grant: &Grant, object: &Object) -> bool {
        let open = |height: usize| {
            !grant.is_allow() || object.above[..=height].iter().all(|group| self.opens(*group))
        };
        let height = |group: &Uuid| object.above.iter().position(|above| above == group);
        let of_type = |wanted: &dyn ToString| object.full_type() == Some(wanted.to_string());
        let is_group = object.kind == ObjectKind::Group;
        let is_platform = object.kind == ObjectKind::Platform;
        let placeable = object.kind == ObjectKind::Entity || object.kind == ObjectKind::Resource;
        let in_scope = match &grant.scope {
            Scope::Platform => true,
            Scope::Tenant(tenant) => object.tenant == Some(*tenant),
            Scope::Kind(kind) => object.kind == *kind,
            Scope::Type(object_type) => of_type(object_type),
            Scope::Object { id, .. } => !is_platform && object.id == *id,
            Scope::GroupDirectObjects { group, object_type } => {
                placeable && of_type(object_type) && height(group) == Some(0) && open(0)
            }
            Scope::GroupDescendantObjects { group, object_type } => {
                placeable
                    && of_type(object_type)
                    && height(group).is_some_and(|height| height > 0 && open(height))
            }
            Scope::GroupChildGroups { group } => is_group && height(group) == Some(0) && open(0),
            Scope::GroupDescendantGroups { group } => is_group && height(group).is_some_and(open),
            Scope::Group { group } => is_group && object.id == *group,
        };
        grant.counts_in(object.tenant) && in_scope
    }
}
