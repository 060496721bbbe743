//! The actions every installation starts with, and what they may be asked about.

use uuid::Uuid;

use crate::fact::Fact;
use crate::words::ObjectKind;

/// An action of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeededAction {
    /// Id, the same in every installation.
    pub id: Uuid,
    /// Name.
    pub name: &'static str,
}

/// A row of the catalogue: an action may be asked about objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeededApplicability {
    /// Name of the action.
    pub action: &'static str,
    /// Coarse kind of the objects.
    pub object_kind: ObjectKind,
    /// Type of the objects; none for every type.
    pub object_type: Option<&'static str>,
}

const fn action(number: u128, name: &'static str) -> SeededAction {
    SeededAction { id: Uuid::from_u128(0x000a_0000 + number), name }
}

/// Every action, by the number at the end of its id.
pub const ACTIONS: [SeededAction; 13] = [
    action(0x01, "read"),
    action(0x02, "create"),
    action(0x03, "write"),
    action(0x04, "delete"),
    action(0x05, "revoke"),
    action(0x06, "rotate"),
    action(0x07, "publish"),
    action(0x08, "subscribe"),
    action(0x09, "execute"),
    action(0x10, "manage"),
    action(0x11, "policy.manage"),
    action(0x12, "role.manage"),
    action(0x13, "authz.check"),
];

const fn any(action: &'static str, object_kind: ObjectKind) -> SeededApplicability {
    SeededApplicability { action, object_kind, object_type: None }
}

const fn typed(
    action: &'static str,
    object_kind: ObjectKind,
    object_type: &'static str,
) -> SeededApplicability {
    SeededApplicability { action, object_kind, object_type: Some(object_type) }
}

/// Every row. `authz.check` has none: it is used in gates only.
pub const APPLICABILITY: [SeededApplicability; 46] = [
    typed("read", ObjectKind::Entity, "entity:human"),
    typed("read", ObjectKind::Entity, "entity:device"),
    typed("read", ObjectKind::Entity, "entity:service"),
    typed("read", ObjectKind::Entity, "entity:workload"),
    typed("read", ObjectKind::Entity, "entity:application"),
    any("read", ObjectKind::Resource),
    any("read", ObjectKind::Group),
    any("read", ObjectKind::Credential),
    any("read", ObjectKind::AuditLog),
    any("read", ObjectKind::Tenant),
    typed("write", ObjectKind::Entity, "entity:human"),
    typed("write", ObjectKind::Entity, "entity:device"),
    typed("write", ObjectKind::Entity, "entity:service"),
    typed("write", ObjectKind::Entity, "entity:workload"),
    typed("write", ObjectKind::Entity, "entity:application"),
    any("write", ObjectKind::Resource),
    any("write", ObjectKind::Group),
    typed("delete", ObjectKind::Entity, "entity:human"),
    typed("delete", ObjectKind::Entity, "entity:device"),
    typed("delete", ObjectKind::Entity, "entity:service"),
    typed("delete", ObjectKind::Entity, "entity:workload"),
    typed("delete", ObjectKind::Entity, "entity:application"),
    any("delete", ObjectKind::Resource),
    any("delete", ObjectKind::Group),
    any("create", ObjectKind::Tenant),
    any("manage", ObjectKind::Tenant),
    any("manage", ObjectKind::Entity),
    any("manage", ObjectKind::Resource),
    any("manage", ObjectKind::Group),
    any("manage", ObjectKind::Credential),
    any("role.manage", ObjectKind::Tenant),
    any("role.manage", ObjectKind::Entity),
    any("role.manage", ObjectKind::Resource),
    any("role.manage", ObjectKind::Group),
    any("role.manage", ObjectKind::Role),
    any("policy.manage", ObjectKind::Tenant),
    any("policy.manage", ObjectKind::Entity),
    any("policy.manage", ObjectKind::Resource),
    any("policy.manage", ObjectKind::Group),
    any("policy.manage", ObjectKind::Policy),
    any("rotate", ObjectKind::Credential),
    any("rotate", ObjectKind::SigningKey),
    any("revoke", ObjectKind::Credential),
    typed("publish", ObjectKind::Resource, "resource:channel"),
    typed("subscribe", ObjectKind::Resource, "resource:channel"),
    typed("execute", ObjectKind::Resource, "resource:rule"),
];

/// The id of an action of the catalogue.
pub fn id(name: &str) -> Option<Uuid> {
    ACTIONS.iter().find(|action| action.name == name).map(|action| action.id)
}

/// The catalogue as facts.
pub fn facts() -> impl Iterator<Item = Fact> {
    let actions = ACTIONS.iter().map(|action| Fact::Action { id: action.id, name: action.name.to_owned() });
    let rows = APPLICABILITY.iter().filter_map(|row| {
        Some(Fact::Applicability {
            action: id(row.action)?,
            object_kind: row.object_kind,
            object_type: row.object_type.map(str::to_owned),
        })
    });
    actions.chain(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_about_an_action_of_the_catalogue() {
        assert_eq!(facts().count(), ACTIONS.len() + APPLICABILITY.len());
        assert_eq!(id("read").unwrap().to_string(), "00000000-0000-0000-0000-0000000a0001");
        assert_eq!(id("authz.check").unwrap().to_string(), "00000000-0000-0000-0000-0000000a0013");
    }
}
