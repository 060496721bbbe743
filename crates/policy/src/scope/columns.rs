//! The columns in which the API and the database spell a scope.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Scope;
use crate::object::ObjectType;
use crate::words::ObjectKind;

/// A scope as the API and the database spell it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeColumns {
    /// `platform`, `tenant`, `object_kind`, `object_type`, `object`, `group`, `group_direct_objects`,
    /// `group_descendant_objects`, `group_child_groups` or `group_descendant_groups`.
    pub scope_mode: String,
    /// Tenant of the block; for the tenant scope also the scope itself.
    pub tenant_id: Option<Uuid>,
    /// Coarse kind.
    pub object_kind: Option<String>,
    /// Type, `sub` or `kind:sub`.
    pub object_type: Option<String>,
    /// Id of the object.
    pub object_id: Option<Uuid>,
    /// Id of the object group.
    pub group_id: Option<Uuid>,
}

/// Columns that do not make a scope. The checks run in the order of the variants; those that need to know what
/// exists ([`UnknownObject`](Self::UnknownObject), [`UnknownGroup`](Self::UnknownGroup),
/// [`ForeignGroup`](Self::ForeignGroup)) are left to the caller, who finds their wording here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// The platform scope was given a field besides its mode.
    #[error("platform permission block cannot include tenant or object fields")]
    PlatformFields,
    /// The tenant is missing.
    #[error("tenant permission block requires tenantId")]
    TenantMissing,
    /// The object kind is missing.
    #[error("object_kind permission block requires objectKind")]
    KindMissing,
    /// The object kind or the object type is missing.
    #[error("object_type permission block requires objectKind and objectType")]
    TypeMissing,
    /// The object is missing.
    #[error("object permission block requires objectId")]
    ObjectMissing,
    /// The object does not exist.
    #[error("object permission block references unknown object")]
    UnknownObject,
    /// The group is missing.
    #[error("object group scope requires groupId")]
    GroupMissing,
    /// The group does not exist.
    #[error("object group scope references unknown group")]
    UnknownGroup,
    /// The group belongs to another tenant than the block.
    #[error("object group scope must reference a group in the same tenant")]
    ForeignGroup,
    /// The kind or type of the objects in the group is missing.
    #[error("object group object permission block requires objectKind and objectType")]
    GroupTypeMissing,
    /// No such mode.
    #[error("unsupported permission block scopeMode '{0}'")]
    UnsupportedMode(String),
    /// The type names another coarse kind than the one beside it.
    #[error("objectType namespace must match objectKind")]
    TypeOfAnotherKind,
    /// A kind that does not exist, a field the mode does not take, or a tenant that is missing.
    #[error("invalid value")]
    Invalid,
}

impl ScopeColumns {
    pub(super) fn set_type(&mut self, object_type: &ObjectType) {
        self.object_kind = Some(object_type.kind.to_string());
        self.object_type = Some(object_type.to_string());
    }

    fn kind(&self) -> Result<Option<ObjectKind>, ScopeError> {
        let given = self.object_kind.as_deref().filter(|text| !text.is_empty());
        given.map(|text| text.parse().map_err(|_| ScopeError::Invalid)).transpose()
    }

    fn type_text(&self) -> Option<&str> {
        self.object_type.as_deref().filter(|text| !text.is_empty())
    }

    fn object_type(&self, missing: ScopeError) -> Result<ObjectType, ScopeError> {
        let (Some(kind), Some(text)) = (self.kind()?, self.type_text()) else { return Err(missing) };
        ObjectType::within(kind, text).ok_or(ScopeError::TypeOfAnotherKind)
    }

    /// No field is set besides the mode, the tenant and those named.
    fn only(&self, kind: bool, object_type: bool, object: bool, group: bool) -> Result<(), ScopeError> {
        let surplus = (self.object_kind.is_some() && !kind)
            || (self.object_type.is_some() && !object_type)
            || (self.object_id.is_some() && !object)
            || (self.group_id.is_some() && !group);
        if surplus { Err(ScopeError::Invalid) } else { Ok(()) }
    }

    fn group_objects(&self) -> Result<(Uuid, ObjectType), ScopeError> {
        let group = self.group_id.ok_or(ScopeError::GroupMissing)?;
        let object_type = self.object_type(ScopeError::GroupTypeMissing)?;
        self.only(true, true, false, true)?;
        let holds_it = matches!(object_type.kind, ObjectKind::Entity | ObjectKind::Resource);
        if holds_it && self.tenant_id.is_some() { Ok((group, object_type)) } else { Err(ScopeError::Invalid) }
    }

    fn group(&self) -> Result<Uuid, ScopeError> {
        let group = self.group_id.ok_or(ScopeError::GroupMissing)?;
        self.only(false, false, false, true)?;
        if self.tenant_id.is_some() { Ok(group) } else { Err(ScopeError::Invalid) }
    }
}

impl TryFrom<&ScopeColumns> for Scope {
    type Error = ScopeError;

    fn try_from(columns: &ScopeColumns) -> Result<Self, ScopeError> {
        match columns.scope_mode.as_str() {
            "platform" => {
                columns.only(false, false, false, false).map_err(|_| ScopeError::PlatformFields)?;
                if columns.tenant_id.is_some() { Err(ScopeError::PlatformFields) } else { Ok(Self::Platform) }
            }
            "tenant" => {
                let tenant = columns.tenant_id.ok_or(ScopeError::TenantMissing)?;
                columns.only(false, false, false, false)?;
                Ok(Self::Tenant(tenant))
            }
            "object_kind" => {
                let kind = columns.kind()?.ok_or(ScopeError::KindMissing)?;
                columns.only(true, false, false, false)?;
                Ok(Self::Kind(kind))
            }
            "object_type" => {
                let object_type = columns.object_type(ScopeError::TypeMissing)?;
                columns.only(true, true, false, false)?;
                Ok(Self::Type(object_type))
            }
            "object" => {
                let id = columns.object_id.ok_or(ScopeError::ObjectMissing)?;
                let kind = columns.kind()?;
                columns.only(true, true, true, false)?;
                let object_type = match (kind, columns.type_text()) {
                    (Some(kind), Some(text)) => Some(
                        ObjectType::within(kind, text)
                            .ok_or(ScopeError::TypeOfAnotherKind)?
                            .to_string()
                            .into(),
                    ),
                    (None, text) => text.map(Arc::from),
                    (Some(_), None) => None,
                };
                Ok(Self::Object { id, kind, object_type })
            }
            "group" => Ok(Self::Group { group: columns.group()? }),
            "group_child_groups" => Ok(Self::GroupChildGroups { group: columns.group()? }),
            "group_descendant_groups" => Ok(Self::GroupDescendantGroups { group: columns.group()? }),
            "group_direct_objects" => {
                let (group, object_type) = columns.group_objects()?;
                Ok(Self::GroupDirectObjects { group, object_type })
            }
            "group_descendant_objects" => {
                let (group, object_type) = columns.group_objects()?;
                Ok(Self::GroupDescendantObjects { group, object_type })
            }
            other => Err(ScopeError::UnsupportedMode(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Option<Uuid> = Some(Uuid::from_u128(1));
    const O: Option<Uuid> = Some(Uuid::from_u128(2));
    const G: Option<Uuid> = Some(Uuid::from_u128(3));

    fn columns(
        mode: &str,
        tenant_id: Option<Uuid>,
        kind: Option<&str>,
        object_type: Option<&str>,
        object_id: Option<Uuid>,
        group_id: Option<Uuid>,
    ) -> ScopeColumns {
        ScopeColumns {
            scope_mode: mode.to_owned(),
            tenant_id,
            object_kind: kind.map(str::to_owned),
            object_type: object_type.map(str::to_owned),
            object_id,
            group_id,
        }
    }

    #[test]
    fn wrong_columns_are_refused_in_the_words_of_the_api() {
        let (kind, channel) = (Some("resource"), Some("channel"));
        let platform = "platform permission block cannot include tenant or object fields";
        let object_type = "object_type permission block requires objectKind and objectType";
        let group = "object group scope requires groupId";
        let group_type = "object group object permission block requires objectKind and objectType";
        let table = [
            (columns("platform", T, None, None, None, None), platform),
            (columns("platform", None, kind, None, None, None), platform),
            (columns("platform", None, None, None, None, G), platform),
            (columns("tenant", None, None, None, None, None), "tenant permission block requires tenantId"),
            (columns("tenant", T, kind, None, None, None), "invalid value"),
            (
                columns("object_kind", T, None, None, None, None),
                "object_kind permission block requires objectKind",
            ),
            (columns("object_kind", T, Some("chair"), None, None, None), "invalid value"),
            (columns("object_type", T, kind, None, None, None), object_type),
            (columns("object_type", T, None, channel, None, None), object_type),
            (columns("object_type", T, kind, Some(""), None, None), object_type),
            (
                columns("object_type", T, kind, Some("entity:device"), None, None),
                "objectType namespace must match objectKind",
            ),
            (columns("object", T, kind, None, None, None), "object permission block requires objectId"),
            (columns("object", T, None, None, O, G), "invalid value"),
            (columns("group", T, None, None, None, None), group),
            (columns("group_child_groups", T, None, None, None, None), group),
            (columns("group_descendant_groups", T, None, None, None, None), group),
            (columns("group_direct_objects", T, kind, channel, None, None), group),
            (columns("group_direct_objects", T, kind, None, None, G), group_type),
            (columns("group_descendant_objects", T, None, channel, None, G), group_type),
            (columns("group_descendant_objects", T, Some("tenant"), Some("x"), None, G), "invalid value"),
            (columns("group_child_groups", None, None, None, None, G), "invalid value"),
            (
                columns("galaxy", None, None, None, None, None),
                "unsupported permission block scopeMode 'galaxy'",
            ),
        ];
        for (columns, message) in table {
            let error = Scope::try_from(&columns).expect_err(message);
            assert_eq!(error.to_string(), message, "{columns:?}");
        }
    }

    #[test]
    fn every_scope_survives_its_columns_and_json() {
        let table = [
            (columns("platform", None, None, None, None, None), "platform", None),
            (
                columns("tenant", T, None, None, None, None),
                "tenant",
                Some("00000000-0000-0000-0000-000000000001"),
            ),
            (
                columns("object_kind", None, Some("audit_log"), None, None, None),
                "object_kind",
                Some("audit_log"),
            ),
            (
                columns("object_type", T, Some("resource"), Some("resource:channel"), None, None),
                "object_type",
                Some("resource:channel"),
            ),
            (
                columns("object", T, Some("resource"), Some("resource:channel"), O, None),
                "object",
                Some("00000000-0000-0000-0000-000000000002"),
            ),
            (
                columns("object", None, None, None, O, None),
                "object",
                Some("00000000-0000-0000-0000-000000000002"),
            ),
            (
                columns("group_direct_objects", T, Some("entity"), Some("entity:device"), None, G),
                "group_object_type",
                Some("00000000-0000-0000-0000-000000000003:entity:device"),
            ),
            (
                columns("group_descendant_objects", T, Some("entity"), Some("entity:device"), None, G),
                "group_tree_object_type",
                Some("00000000-0000-0000-0000-000000000003:entity:device"),
            ),
            (
                columns("group_child_groups", T, None, None, None, G),
                "group_child_kind",
                Some("00000000-0000-0000-0000-000000000003:group"),
            ),
            (
                columns("group_descendant_groups", T, None, None, None, G),
                "group_descendant_kind",
                Some("00000000-0000-0000-0000-000000000003:group"),
            ),
            (
                columns("group", T, None, None, None, G),
                "group",
                Some("00000000-0000-0000-0000-000000000003:group"),
            ),
        ];
        for (columns, kind, reference) in table {
            let scope = Scope::try_from(&columns).unwrap();
            assert_eq!(scope.columns(columns.tenant_id), columns);
            assert_eq!((scope.explained_kind(), scope.explained_ref().as_deref()), (kind, reference));
            let json = serde_json::to_string(&scope).unwrap();
            assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope, "{json}");
        }
    }

    #[test]
    fn a_bare_type_is_completed() {
        let bare = columns("object_type", T, Some("resource"), Some("channel"), None, None);
        let scope = Scope::try_from(&bare).unwrap();
        assert_eq!(scope, Scope::Type(ObjectType::new(ObjectKind::Resource, "channel")));
        assert_eq!(scope.columns(T).object_type.as_deref(), Some("resource:channel"));
    }
}
