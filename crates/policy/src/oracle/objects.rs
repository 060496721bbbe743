//! What the oracle knows of objects.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Oracle;
use crate::fact::Fact;
use crate::object::ObjectRef;
use crate::words::{GroupFlavour, ObjectKind, Status};

/// An object.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) kind: ObjectKind,
    pub(super) id: Uuid,
    /// Kind of the entity, resource or credential, the coarse kind of others; none if not known.
    pub(super) sub: Option<String>,
    pub(super) tenant: Option<Uuid>,
    pub(super) attributes: Value,
    pub(super) inactive: bool,
    pub(super) deleted: bool,
    /// The groups above, from the bottom up.
    pub(super) above: Vec<Uuid>,
}

impl Oracle {
    pub(super) fn object(&self, wanted: ObjectRef) -> Option<Object> {
        let bare = self.vouched(wanted, None);
        if wanted.kind == ObjectKind::Platform {
            return Some(bare);
        }
        self.facts.iter().find_map(|fact| match (wanted.kind, fact) {
            (ObjectKind::Tenant, Fact::Tenant { id, attributes, .. }) if *id == wanted.id => {
                Some(Object { tenant: Some(*id), attributes: attributes.clone(), ..bare.clone() })
            }
            (ObjectKind::Entity, Fact::Entity { id, tenant, kind, status, deleted, attributes, .. })
                if *id == wanted.id =>
            {
                Some(Object {
                    sub: Some(kind.to_string()),
                    tenant: *tenant,
                    attributes: attributes.clone(),
                    inactive: *status == Status::Inactive,
                    deleted: *deleted,
                    ..bare.clone()
                })
            }
            (ObjectKind::Resource, Fact::Resource { id, tenant, kind, deleted, attributes, .. })
                if *id == wanted.id =>
            {
                Some(Object {
                    sub: Some(kind.clone()),
                    tenant: *tenant,
                    attributes: attributes.clone(),
                    deleted: *deleted,
                    ..bare.clone()
                })
            }
            (ObjectKind::Group, Fact::Group { id, tenant, status, deleted, attributes, .. })
                if *id == wanted.id =>
            {
                Some(Object {
                    tenant: *tenant,
                    attributes: attributes.clone(),
                    inactive: *status == Status::Inactive,
                    deleted: *deleted,
                    ..bare.clone()
                })
            }
            (ObjectKind::Credential, Fact::Credential { id, tenant, kind, attributes, .. })
                if *id == wanted.id =>
            {
                Some(Object {
                    sub: Some(kind.clone()),
                    tenant: *tenant,
                    attributes: attributes.clone(),
                    ..bare.clone()
                })
            }
            (ObjectKind::Role, Fact::Role { id, tenant, deleted, .. }) if *id == wanted.id => {
                Some(Object { tenant: *tenant, deleted: *deleted, ..bare.clone() })
            }
            (ObjectKind::ApiEndpoint, Fact::ApiEndpoint { id, tenant }) if *id == wanted.id => {
                Some(Object { tenant: *tenant, ..bare.clone() })
            }
            (
                ObjectKind::Policy,
                Fact::DirectPolicy { id, tenant, .. } | Fact::Assignment { id, tenant, .. },
            ) if *id == wanted.id => Some(Object { tenant: *tenant, ..bare.clone() }),
            _ => None,
        })
    }

    /// An object of which only the tenant is known.
    pub(super) fn vouched(&self, object: ObjectRef, tenant: Option<Uuid>) -> Object {
        let has_sub_kinds =
            [ObjectKind::Entity, ObjectKind::Resource, ObjectKind::Credential].contains(&object.kind);
        Object {
            kind: object.kind,
            id: object.id,
            sub: if has_sub_kinds { None } else { Some(object.kind.to_string()) },
            tenant,
            attributes: json!({}),
            inactive: false,
            deleted: false,
            above: self.above(object),
        }
    }

    fn parent(&self, group: Uuid) -> Option<Uuid> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Group { id, parent, .. } if *id == group => *parent,
            _ => None,
        })
    }

    /// The groups above an object, from the bottom up, each once.
    fn above(&self, object: ObjectRef) -> Vec<Uuid> {
        let mut next = match object.kind {
            ObjectKind::Group => self.parent(object.id),
            ObjectKind::Entity | ObjectKind::Resource => self.facts.iter().find_map(|fact| match fact {
                Fact::Placement { object: placed, group } if *placed == object => Some(*group),
                _ => None,
            }),
            _ => None,
        };
        let mut above = Vec::new();
        while let Some(group) = next {
            if above.contains(&group) {
                break;
            }
            above.push(group);
            next = self.parent(group);
        }
        above
    }

    /// Whether a group is in use as an object group.
    pub(super) fn opens(&self, group: Uuid) -> bool {
        self.facts.iter().any(|fact| {
            matches!(fact, Fact::Group { id, flavour: GroupFlavour::Object, status: Status::Active, deleted: false, .. }
                if *id == group)
        })
    }
}

impl Object {
    /// `kind:sub`, where the sub-kind is known.
    pub(super) fn full_type(&self) -> Option<String> {
        self.sub.as_ref().map(|sub| format!("{}:{sub}", self.kind))
    }
}
