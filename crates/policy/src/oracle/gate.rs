//! Gates, as the oracle reads them.

use uuid::Uuid;

use super::grants::Grant;
use super::objects::Object;
use super::{Oracle, Saying};
use crate::ceiling::{Ceiling, CeilingScope};
use crate::gate::{At, GateOn};
use crate::object::ObjectRef;
use crate::scope::Scope;
use crate::window::When;
use crate::words::{Effect, ObjectKind};

impl Oracle {
    /// Whether the caller may pass by any of the alternatives.
    pub fn gate(
        &self,
        caller: Uuid,
        when: When,
        ceiling: Option<&Ceiling>,
        alternatives: &[GateOn<'_>],
    ) -> Saying {
        if let Err(saying) = self.check_subject(caller) {
            return saying;
        }
        let refusals = alternatives.iter().map(|one| {
            let scopes: Vec<At> = alternatives
                .iter()
                .filter(|other| other.action == one.action)
                .map(|other| other.at)
                .collect();
            self.pass(caller, when, ceiling, one.action, &scopes)
        });
        let sayings: Vec<Saying> = refusals.collect();
        if let Some(passed) = sayings.iter().find(|saying| saying.allowed) {
            return passed.clone();
        }
        // What is said of a refusal: an explicit deny, else the ceiling, else that nothing allows it.
        let denied = sayings.iter().find(|saying| saying.reason.starts_with("explicitly"));
        let capped = sayings.iter().find(|saying| saying.reason.contains("ceiling"));
        denied.or(capped).cloned().unwrap_or_else(|| Saying::no("no matching allow policy"))
    }

    /// All scopes listed for one action together.
    fn pass(&self, caller: Uuid, when: When, ceiling: Option<&Ceiling>, name: &str, scopes: &[At]) -> Saying {
        let Some(action) = self.action(name) else { return Saying::no("no matching allow policy") };
        let mut grants = self.grants(caller, when);
        grants.retain(|grant| grant.actions.contains(&action) && grant.untimely.is_none());
        for at in scopes {
            let object = self.asked(*at);
            let deny =
                grants.iter().find(|grant| grant.effect == Effect::Deny && self.covers(grant, &object));
            if let Some(deny) = deny {
                return Saying::no(deny.refusal());
            }
        }
        let member = |at: &At| match at {
            At::Object { object: ObjectRef { kind: ObjectKind::Tenant, id }, .. } => {
                name == "read" && self.member_of(caller, when).contains(id)
            }
            _ => false,
        };
        let allowed = scopes.iter().any(|at| {
            let object = self.asked(*at);
            member(at) || grants.iter().any(|grant| self.counts(grant, *at, &object))
        });
        if !allowed {
            return Saying::no("no matching allow policy");
        }
        let capped = ceiling.is_some_and(|ceiling| {
            !ceiling.entries.iter().any(|entry| {
                entry.conditions.is_none()
                    && entry.actions.contains(name)
                    && scopes.iter().any(|at| match (&entry.scope, at) {
                        (CeilingScope::Platform, _) => true,
                        (CeilingScope::Tenant(tenant), At::Tenant(asked)) => tenant == asked,
                        (CeilingScope::Object(id), At::Object { object, .. }) => {
                            object.kind != ObjectKind::Platform && object.id == *id
                        }
                        _ => false,
                    })
            })
        });
        if capped {
            return Saying::no("denied by access token permission ceiling");
        }
        Saying { allowed: true, reason: "allowed".to_owned(), lifecycle: None }
    }

    /// What is asked about: a tenant stands for itself as an object.
    fn asked(&self, at: At) -> Object {
        let (wanted, tenant) = match at {
            At::Platform => (ObjectRef::PLATFORM, None),
            At::Tenant(tenant) => (ObjectRef::new(ObjectKind::Tenant, tenant), Some(tenant)),
            At::Object { object, tenant } => match object.kind {
                ObjectKind::Platform => (object, None),
                ObjectKind::Tenant => (object, Some(object.id)),
                _ => (object, tenant),
            },
        };
        let known = match at {
            At::Object { .. } => self.object(wanted),
            At::Platform | At::Tenant(_) => None,
        };
        Object { tenant, ..known.unwrap_or_else(|| self.vouched(wanted, tenant)) }
    }

    /// An unconditional allow at platform scope, or at exactly the tenant or object asked about, not bounded to another
    /// tenant nor to one that is not active.
    fn counts(&self, grant: &Grant, at: At, object: &Object) -> bool {
        let exact = match (&grant.scope, at) {
            (Scope::Platform, _) => true,
            (Scope::Tenant(tenant), At::Tenant(asked)) => {
                *tenant == asked && self.tenant_is_active(Some(asked))
            }
            (Scope::Object { id, .. }, At::Object { object, .. }) => {
                object.kind != ObjectKind::Platform && object.id == *id
            }
            _ => false,
        };
        grant.is_allow()
            && grant.is_unconditional()
            && exact
            && grant.counts_in(object.tenant)
            && grant.boundaries.iter().all(|boundary| self.tenant_is_active(*boundary))
    }
}
