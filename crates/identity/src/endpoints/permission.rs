//! The most that an endpoint may do as its service.

use std::collections::BTreeSet;

use atoll_policy::{Ceiling, CeilingEntry, CeilingScope, ObjectKind, ObjectType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::fault::EndpointFault;

/// Most permissions of an endpoint.
const MAX_PERMISSIONS: usize = 50;
/// Most actions of a permission.
const MAX_ACTIONS: usize = 50;

/// Actions and where they may be used, in the form of an access token's permissions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServicePermission {
    /// Names of the actions.
    pub actions: Vec<String>,
    /// `platform`, `tenant`, `object_kind`, `object_type` or `object`.
    pub scope_mode: String,
    /// The tenant, or the only tenant.
    pub tenant_id: Option<Uuid>,
    /// Coarse kind.
    pub object_kind: Option<String>,
    /// `kind:sub`.
    pub object_type: Option<String>,
    /// One object.
    pub object_id: Option<Uuid>,
    /// When; `{}` for always.
    pub conditions: Value,
}

impl ServicePermission {
    fn scope(&self) -> Result<CeilingScope, String> {
        let kind = |text: &str| {
            text.parse::<ObjectKind>().map_err(|_| format!("objectKind '{text}' is not a valid object kind"))
        };
        let ServicePermission { tenant_id, object_kind, object_type, object_id, .. } = self;
        match (self.scope_mode.as_str(), tenant_id, object_kind, object_type, object_id) {
            ("platform", None, None, None, None) => Ok(CeilingScope::Platform),
            ("tenant", Some(tenant), None, None, None) => Ok(CeilingScope::Tenant(*tenant)),
            ("object_kind", tenant, Some(of), None, None) => {
                Ok(CeilingScope::Kind { kind: kind(of)?, tenant: *tenant })
            }
            ("object_type", tenant, of, Some(full), None) => {
                let read: ObjectType =
                    full.parse().map_err(|_| format!("objectType '{full}' must be kind:type"))?;
                if read.sub.is_empty() || of.as_ref().is_some_and(|of| *of != read.kind.as_str()) {
                    return Err("objectType namespace must match objectKind".into());
                }
                Ok(CeilingScope::Type { object_type: read, tenant: *tenant })
            }
            ("object", None, _, None, Some(id)) => Ok(CeilingScope::Object(*id)),
            ("platform" | "tenant" | "object_kind" | "object_type" | "object", ..) => {
                Err(format!("the fields do not fit scopeMode '{}'", self.scope_mode))
            }
            (other, ..) => Err(format!("unsupported scopeMode '{other}'")),
        }
    }
}

/// Whether every permission says something that can be asked.
pub(super) fn check(permissions: &[ServicePermission]) -> Result<(), EndpointFault> {
    let refused = |text: &str| Err(EndpointFault::Permission(text.to_owned()));
    if permissions.len() > MAX_PERMISSIONS {
        return refused(&format!("at most {MAX_PERMISSIONS}"));
    }
    for permission in permissions {
        if permission.actions.is_empty() || permission.actions.len() > MAX_ACTIONS {
            return refused(&format!("each names between one and {MAX_ACTIONS} actions"));
        }
        if permission.actions.iter().any(|name| name.is_empty() || name.len() > 255) {
            return refused("the name of an action is neither empty nor endless");
        }
        if !permission.conditions.is_object() || permission.conditions.to_string().len() > 16 * 1024 {
            return refused("conditions must be a JSON object of at most 16384 bytes");
        }
        permission.scope().map_err(EndpointFault::Permission)?;
    }
    Ok(())
}

/// The ceiling that they make together. One that says nothing that can be asked allows nothing.
pub(super) fn ceiling(permissions: &[ServicePermission]) -> Ceiling {
    let entry = |permission: &ServicePermission| {
        let actions: BTreeSet<&str> = permission.actions.iter().map(String::as_str).collect();
        Some(CeilingEntry::new(actions, permission.scope().ok()?, &permission.conditions))
    };
    Ceiling { entries: permissions.iter().filter_map(entry).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn permission(scope_mode: &str) -> ServicePermission {
        ServicePermission {
            actions: vec!["read".into()],
            scope_mode: scope_mode.into(),
            tenant_id: None,
            object_kind: None,
            object_type: None,
            object_id: None,
            conditions: json!({}),
        }
    }

    #[test]
    fn each_scope_takes_its_own_fields() {
        let id = Some(Uuid::from_u128(1));
        let good = [
            permission("platform"),
            ServicePermission { tenant_id: id, ..permission("tenant") },
            ServicePermission {
                object_kind: Some("entity".into()),
                tenant_id: id,
                ..permission("object_kind")
            },
            ServicePermission { object_type: Some("entity:device".into()), ..permission("object_type") },
            ServicePermission { object_id: id, ..permission("object") },
        ];
        assert_eq!(check(&good), Ok(()));
        assert_eq!(ceiling(&good).entries.len(), 5);
        assert_eq!(ceiling(&[]), Ceiling::default());
        for bad in [
            permission("tenant"),
            permission("object"),
            permission("everything"),
            ServicePermission { tenant_id: id, ..permission("platform") },
            ServicePermission { object_kind: Some("chair".into()), ..permission("object_kind") },
            ServicePermission { object_type: Some("device".into()), ..permission("object_type") },
            ServicePermission {
                object_type: Some("entity:device".into()),
                object_kind: Some("group".into()),
                ..permission("object_type")
            },
            ServicePermission { actions: Vec::new(), ..permission("platform") },
            ServicePermission { conditions: json!([]), ..permission("platform") },
        ] {
            assert!(check(std::slice::from_ref(&bad)).is_err(), "{bad:?}");
        }
    }
}
