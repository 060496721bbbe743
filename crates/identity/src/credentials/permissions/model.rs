//! One thing that a scoped token may be used for, and what holds for it.

use std::collections::BTreeSet;

use atoll_base::{Common, Fault, Kind, Result, fields};
use atoll_policy::{Ceiling, CeilingEntry, CeilingScope, ObjectKind, ObjectType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Most permissions of one token.
const MOST: usize = 100;
/// Most actions of one permission.
const MOST_ACTIONS: usize = 200;

/// One thing that a scoped token may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Names of the actions.
    pub actions: BTreeSet<String>,
    /// Where.
    pub scope: CeilingScope,
    /// When: an object; `{}` means always.
    pub conditions: Value,
}

/// A permission as it is written on the wire and in the store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GivenPermission {
    /// Names of the actions.
    pub actions: Vec<String>,
    /// `platform`, `tenant`, `object_kind`, `object_type` or `object`.
    pub scope_mode: String,
    /// The tenant, or the only one in which objects of a kind count.
    #[serde(default)]
    pub tenant_id: Option<Uuid>,
    /// Coarse kind.
    #[serde(default)]
    pub object_kind: Option<String>,
    /// Type.
    #[serde(default)]
    pub object_type: Option<String>,
    /// One object.
    #[serde(default)]
    pub object_id: Option<Uuid>,
    /// When.
    #[serde(default)]
    pub conditions: Option<Value>,
}

/// Permissions that a token cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPermission {
    /// A scoped token that could be used for nothing.
    #[error("access token requires at least one permission")]
    None,
    /// Too many.
    #[error("access token supports at most 100 permissions")]
    TooMany,
    /// One that permits nothing.
    #[error("each permission requires at least one action")]
    NoActions,
    /// More actions than there can be.
    #[error("each permission supports at most 200 actions")]
    TooManyActions,
    /// An action that does not exist.
    #[error("unknown action: {0}")]
    UnknownAction(String),
    /// A type of another kind.
    #[error("object_type must be the full namespaced value matching object_kind, e.g. 'entity:device'")]
    ForeignType,
    /// A tenant where it says nothing.
    #[error("tenant_id is not supported for platform or object scope modes")]
    NeedlessTenant,
    /// Columns that make no scope.
    #[error("invalid permission scope for access token")]
    Scope,
    /// The token is not limited to permissions.
    #[error("cannot set permissions on an unscoped access token")]
    Unscoped,
}

impl Fault for BadPermission {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            BadPermission::UnknownAction(_) => "access_token.unknown_action",
            BadPermission::Unscoped => "access_token.unscoped",
            _ => "access_token.permissions",
        }
    }
}

/// The permissions as they were given; whether the actions exist is not looked at.
pub(crate) fn read(given: Vec<GivenPermission>) -> Result<Vec<Permission>> {
    match given.len() {
        0 => Err(BadPermission::None.into()),
        count if count > MOST => Err(BadPermission::TooMany.into()),
        _ => given.into_iter().map(Permission::read).collect(),
    }
}

/// The most that a token with these permissions may be used for.
pub fn ceiling(permissions: &[Permission]) -> Ceiling {
    let entry = |one: &Permission| CeilingEntry::new(one.actions.clone(), one.scope.clone(), &one.conditions);
    Ceiling { entries: permissions.iter().map(entry).collect() }
}

/// Permissions as the store and the ledger keep them.
pub(crate) fn stored(permissions: &[Permission]) -> Value {
    let given: Vec<GivenPermission> = permissions.iter().map(Permission::given).collect();
    serde_json::to_value(given).unwrap_or_default()
}

impl Permission {
    /// Checks and reads one.
    pub fn read(given: GivenPermission) -> Result<Permission> {
        if given.actions.is_empty() {
            return Err(BadPermission::NoActions.into());
        }
        if given.actions.len() > MOST_ACTIONS {
            return Err(BadPermission::TooManyActions.into());
        }
        let scope = given.scope()?;
        let conditions = fields::object("conditions", given.conditions)?;
        Ok(Permission { actions: given.actions.into_iter().collect(), scope, conditions })
    }

    /// As it is written.
    pub fn given(&self) -> GivenPermission {
        let mut given = GivenPermission {
            actions: self.actions.iter().cloned().collect(),
            conditions: Some(self.conditions.clone()),
            ..GivenPermission::default()
        };
        let mode = match &self.scope {
            CeilingScope::Platform => "platform",
            CeilingScope::Tenant(tenant) => {
                given.tenant_id = Some(*tenant);
                "tenant"
            }
            CeilingScope::Kind { kind, tenant } => {
                (given.object_kind, given.tenant_id) = (Some(kind.as_str().to_owned()), *tenant);
                "object_kind"
            }
            CeilingScope::Type { object_type, tenant } => {
                given.object_kind = Some(object_type.kind.as_str().to_owned());
                (given.object_type, given.tenant_id) = (Some(object_type.to_string()), *tenant);
                "object_type"
            }
            CeilingScope::Object(id) => {
                given.object_id = Some(*id);
                "object"
            }
        };
        mode.clone_into(&mut given.scope_mode);
        given
    }

    /// Kept columns that make no scope.
    pub(crate) fn broken(id: Uuid) -> Common {
        Common::bug(format!("permission {id} of a token is broken"))
    }
}

impl GivenPermission {
    fn scope(&self) -> Result<CeilingScope, BadPermission> {
        let text = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(str::to_owned);
        let (kind, of_type) = (text(&self.object_kind), text(&self.object_type));
        let kind =
            kind.map(|kind| kind.parse::<ObjectKind>().map_err(|_| BadPermission::Scope)).transpose()?;
        let typed = of_type
            .map(|text| {
                let kind = kind.ok_or(BadPermission::Scope)?;
                ObjectType::within(kind, &text).ok_or(BadPermission::ForeignType)
            })
            .transpose()?;
        let tenant = self.tenant_id;
        let mode = self.scope_mode.as_str();
        if tenant.is_some() && matches!(mode, "platform" | "object") {
            return Err(BadPermission::NeedlessTenant);
        }
        match (mode, kind, typed, self.object_id) {
            ("platform", None, None, None) => Ok(CeilingScope::Platform),
            ("tenant", None, None, None) => tenant.map(CeilingScope::Tenant).ok_or(BadPermission::Scope),
            ("object_kind", Some(kind), None, None) => Ok(CeilingScope::Kind { kind, tenant }),
            ("object_type", Some(_), Some(object_type), None) => {
                Ok(CeilingScope::Type { object_type, tenant })
            }
            ("object", None, None, Some(id)) => Ok(CeilingScope::Object(id)),
            _ => Err(BadPermission::Scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(value: Value) -> GivenPermission {
        let mut whole = json!({ "actions": ["read"], "scope_mode": "platform" });
        whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn every_scope_is_written_as_it_was_read() {
        let id = Uuid::from_u128(7);
        for value in [
            json!({}),
            json!({ "scope_mode": "tenant", "tenant_id": id }),
            json!({ "scope_mode": "object_kind", "object_kind": "entity" }),
            json!({ "scope_mode": "object_kind", "object_kind": "entity", "tenant_id": id }),
            json!({ "scope_mode": "object_type", "object_kind": "resource", "object_type": "resource:channel" }),
            json!({ "scope_mode": "object", "object_id": id, "conditions": { "context.x": 1 } }),
        ] {
            let one = Permission::read(given(value.clone())).unwrap();
            let again = Permission::read(one.given()).unwrap();
            assert_eq!(one, again, "{value}");
        }
        let bare =
            json!({ "scope_mode": "object_type", "object_kind": "resource", "object_type": "channel" });
        let read = Permission::read(given(bare)).unwrap().given();
        assert_eq!(read.object_type.as_deref(), Some("resource:channel"));
    }

    #[test]
    fn what_makes_no_scope_is_refused() {
        let id = Uuid::from_u128(7);
        let scope = "invalid permission scope for access token";
        for (value, why) in [
            (json!({ "actions": [] }), "each permission requires at least one action"),
            (json!({ "scope_mode": "group" }), scope),
            (json!({ "scope_mode": "tenant" }), scope),
            (json!({ "object_kind": "entity" }), scope),
            (json!({ "scope_mode": "object_kind", "object_kind": "thing" }), scope),
            (json!({ "scope_mode": "object" }), scope),
            (json!({ "scope_mode": "object", "object_id": id, "object_kind": "entity" }), scope),
            (json!({ "tenant_id": id }), "tenant_id is not supported for platform or object scope modes"),
            (
                json!({ "scope_mode": "object_type", "object_kind": "entity", "object_type": "resource:channel" }),
                "object_type must be the full namespaced value matching object_kind, e.g. 'entity:device'",
            ),
            (json!({ "conditions": [] }), "conditions must be a JSON object"),
        ] {
            let refused = Permission::read(given(value.clone())).unwrap_err();
            assert_eq!(refused.to_string(), why, "{value}");
        }
        assert_eq!(read(vec![]).unwrap_err().to_string(), "access token requires at least one permission");
        let many = vec![given(json!({})); 101];
        assert_eq!(read(many).unwrap_err().to_string(), "access token supports at most 100 permissions");
    }

    #[test]
    fn no_permission_is_a_ceiling_that_denies_everything() {
        assert_eq!(ceiling(&[]), Ceiling::default());
    }
}
