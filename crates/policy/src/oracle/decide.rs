//! The decision, step by step.

use uuid::Uuid;

use super::objects::Object;
use super::{Oracle, Saying, Weighed};
use crate::ceiling::{CeilingEntry, CeilingScope};
use crate::fact::Fact;
use crate::object::ObjectRef;
use crate::question::{Question, Selector};
use crate::window::When;
use crate::words::{Effect, ObjectKind, TenantStatus};

impl Oracle {
    /// Decides the question; an error is the text of a selector that names nothing.
    pub fn decide(&self, question: &Question<'_>) -> Result<Saying, String> {
        self.weigh(question).map(|(saying, _)| saying)
    }

    /// Decides the question and lists what was weighed, up to the first deny that matched.
    pub fn weigh(&self, question: &Question<'_>) -> Result<(Saying, Vec<Weighed>), String> {
        // 1, 2
        if let Err(saying) = self.check_subject(question.subject) {
            return Ok((saying, Vec::new()));
        }
        // 3
        let wanted = selected(question.object)?;
        Ok(match self.before_grants(question, wanted) {
            Err(saying) => (saying, Vec::new()),
            Ok((object, action)) => self.weigh_grants(question, &object, action),
        })
    }

    fn before_grants(&self, question: &Question<'_>, wanted: ObjectRef) -> Result<(Object, Uuid), Saying> {
        // 4
        let not_found = || Saying::no(format!("{} not found", wanted.kind));
        let object = self.object(wanted).filter(|object| !object.deleted).ok_or_else(not_found)?;
        if object.inactive && !question.administrative {
            return Err(not_found());
        }
        // 5
        if let Some(tenant) = object.tenant
            && !question.administrative
        {
            let status = self.tenant_status(tenant);
            if status != TenantStatus::Active {
                let lifecycle = Some((tenant, status.to_string()));
                return Err(Saying { lifecycle, ..Saying::no(format!("tenant is {status}")) });
            }
        }
        // 6
        let action = self.action(question.action).filter(|action| self.applies(*action, &object));
        match action {
            Some(action) => Ok((object, action)),
            None => Err(Saying::no(format!("unknown action '{}'", question.action))),
        }
    }

    fn weigh_grants(&self, question: &Question<'_>, object: &Object, action: Uuid) -> (Saying, Vec<Weighed>) {
        let mut weighed = Vec::new();
        let mut allowed = false;
        // 7
        for grant in self.grants(question.subject, When::At(question.now)) {
            let mut actions = grant.actions.clone();
            actions.sort();
            actions.dedup();
            for one in actions {
                let met = match self.holds(&grant.conditions, question, object) {
                    Some(holds) => holds,
                    None => grant.effect == Effect::Deny && self.strict,
                };
                let skipped = if !self.covers(&grant, object) {
                    Some("scope_mismatch")
                } else if one != action {
                    Some("grant_mismatch")
                } else if grant.untimely.is_some() {
                    grant.untimely
                } else if !met {
                    Some("conditions_mismatch")
                } else {
                    None
                };
                weighed.push(Weighed { id: Some(grant.id), block: Some(grant.block), action: one, skipped });
                if skipped.is_none() && grant.effect == Effect::Deny {
                    return (Saying::no(grant.refusal()), weighed);
                }
                allowed |= skipped.is_none();
            }
        }
        for tenant in self.member_of(question.subject, When::At(question.now)) {
            let Some(read) = self.action("read") else { continue };
            let skipped = if object.kind != ObjectKind::Tenant || object.id != tenant {
                Some("scope_mismatch")
            } else if question.action != "read" {
                Some("grant_mismatch")
            } else {
                None
            };
            weighed.push(Weighed { id: None, block: None, action: read, skipped });
            allowed |= skipped.is_none();
        }
        // 8
        if !allowed {
            return (Saying::no("no matching allow policy"), weighed);
        }
        // 9
        let below = question
            .ceiling
            .is_none_or(|ceiling| ceiling.entries.iter().any(|entry| self.under(entry, question, object)));
        if !below {
            return (Saying::no("denied by access token permission ceiling"), weighed);
        }
        // 10
        (Saying { allowed: true, reason: "allowed".to_owned(), lifecycle: None }, weighed)
    }

    fn under(&self, entry: &CeilingEntry, question: &Question<'_>, object: &Object) -> bool {
        let conditions = entry.conditions.as_ref().map(|conditions| conditions.raw().clone());
        let conditions = conditions.unwrap_or_else(|| serde_json::json!({}));
        entry.actions.contains(question.action)
            && ceiling_covers(&entry.scope, object)
            && self.holds(&conditions, question, object) == Some(true)
    }

    /// Whether the action applies to the kind, or to the type of the object.
    pub(super) fn applies(&self, wanted: Uuid, object: &Object) -> bool {
        self.facts.iter().any(|fact| match fact {
            Fact::Applicability { action, object_kind, object_type }
                if *action == wanted && *object_kind == object.kind =>
            {
                match object_type {
                    None => true,
                    // Written with or without the coarse kind.
                    Some(text) => {
                        object.full_type().as_deref() == Some(text) || object.sub.as_ref() == Some(text)
                    }
                }
            }
            _ => false,
        })
    }
}

pub(super) fn ceiling_covers(scope: &CeilingScope, object: &Object) -> bool {
    let within = |tenant: &Option<Uuid>| tenant.is_none() || *tenant == object.tenant;
    match scope {
        CeilingScope::Platform => true,
        CeilingScope::Tenant(tenant) => object.tenant == Some(*tenant),
        CeilingScope::Kind { kind, tenant } => object.kind == *kind && within(tenant),
        CeilingScope::Type { object_type, tenant } => {
            object.full_type() == Some(object_type.to_string()) && within(tenant)
        }
        CeilingScope::Object(id) => object.kind != ObjectKind::Platform && object.id == *id,
    }
}

fn selected(selector: Selector<'_>) -> Result<ObjectRef, String> {
    let Selector { resource_id, object_kind, object_id } = selector;
    if let (Some(kind), Some(id)) = (object_kind, object_id) {
        return match kind {
            "platform" => Err("object_id is not supported when object_kind is platform".to_owned()),
            "resource" => Ok(ObjectRef::new(ObjectKind::Resource, id)),
            "tenant" => Ok(ObjectRef::new(ObjectKind::Tenant, id)),
            "entity" => Ok(ObjectRef::new(ObjectKind::Entity, id)),
            "group" => Ok(ObjectRef::new(ObjectKind::Group, id)),
            "credential" => Ok(ObjectRef::new(ObjectKind::Credential, id)),
            other => Err(format!(
                "unsupported object_kind '{other}' (supported: platform, resource, tenant, entity, group, credential)"
            )),
        };
    }
    if object_kind == Some("platform") {
        return Ok(ObjectRef::PLATFORM);
    }
    if object_kind.is_some() {
        return Err("object_id is required when object_kind is provided".to_owned());
    }
    if object_id.is_some() {
        return Err("object_kind is required when object_id is provided".to_owned());
    }
    match resource_id {
        Some(id) => Ok(ObjectRef::new(ObjectKind::Resource, id)),
        None => Err("authz check requires either resource_id or (object_kind, object_id)".to_owned()),
    }
}
