//! Lists, as the oracle reads them.

use uuid::Uuid;

use super::Oracle;
use super::decide::ceiling_covers;
use crate::ceiling::Ceiling;
use crate::object::ObjectRef;
use crate::window::When;
use crate::words::ObjectKind;

impl Oracle {
    /// Whether the object is in the list of those the subject may do the action to.
    pub fn lists(
        &self,
        subject: Uuid,
        now: i64,
        ceiling: Option<&Ceiling>,
        name: &str,
        wanted: ObjectRef,
    ) -> bool {
        let when = When::At(now);
        let Some(object) = self.object(wanted).filter(|object| !object.deleted) else { return false };
        let Some(action) = self.action(name).filter(|action| self.applies(*action, &object)) else {
            return false;
        };
        if self.check_subject(subject).is_err() || !self.tenant_is_active(object.tenant) {
            return false;
        }
        let mut grants = self.grants(subject, when);
        grants.retain(|grant| grant.actions.contains(&action) && grant.untimely.is_none());
        grants.retain(|grant| self.covers(grant, &object));
        let member = object.kind == ObjectKind::Tenant
            && name == "read"
            && self.member_of(subject, when).contains(&object.id);
        let allowed = member || grants.iter().any(|grant| grant.is_allow() && grant.is_unconditional());
        let denied = grants.iter().any(|grant| !grant.is_allow());
        let below = ceiling.is_none_or(|ceiling| {
            ceiling.entries.iter().any(|entry| {
                entry.conditions.is_none()
                    && entry.actions.contains(name)
                    && ceiling_covers(&entry.scope, &object)
            })
        });
        allowed && !denied && below
    }
}
