//! A single change that turns an answer round.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use crate::object::ObjectRef;

/// A single change that turns an answer round. In JSON tagged by `change`; its `Display` completes "if you …".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the ids and names of what the change is about")]
pub enum Turn {
    /// Give the subject a role that exists.
    AssignRole { role: Uuid, name: String },
    /// Take the subject into a principal group that exists.
    JoinGroup { group: Uuid, name: String },
    /// Let a grant count from now on.
    RenewGrant { grant: Uuid },
    /// Let a membership of a principal group count from now on.
    RenewMembership { group: Uuid, name: String },
    /// Let a membership of a tenant count from now on.
    RenewTenantMembership { tenant: Uuid },
    /// Bring a deleted role back.
    RestoreRole { role: Uuid, name: String },
    /// Put a group in use.
    ActivateGroup { group: Uuid, name: String },
    /// Put the subject in use.
    ActivateSubject { entity: Uuid },
    /// Put the object in use.
    ActivateObject { object: ObjectRef },
    /// Put a tenant in use.
    ActivateTenant { tenant: Uuid },
    /// Meet the conditions of a block, of which these paths do not hold.
    MeetConditions { block: Uuid, paths: Vec<String> },
    /// Take a direct policy away.
    RemovePolicy { policy: Uuid },
    /// Take a role from whoever holds it by this assignment.
    RemoveAssignment { assignment: Uuid, role: String },
    /// Take a block out of a role.
    RemoveBlock { role: Uuid, name: String, block: Uuid },
    /// Use a credential without this permission ceiling.
    LeaveCeiling,
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AssignRole { name, .. } => write!(f, "assigned the role '{name}'"),
            Self::JoinGroup { name, .. } => write!(f, "added the subject to the group '{name}'"),
            Self::RenewGrant { grant } => write!(f, "renewed the grant {grant}"),
            Self::RenewMembership { name, .. } => write!(f, "renewed the membership of the group '{name}'"),
            Self::RenewTenantMembership { tenant } => {
                write!(f, "renewed the membership of the tenant {tenant}")
            }
            Self::RestoreRole { name, .. } => write!(f, "restored the role '{name}'"),
            Self::ActivateGroup { name, .. } => write!(f, "activated the group '{name}'"),
            Self::ActivateSubject { .. } => f.write_str("activated the subject"),
            Self::ActivateObject { object } => write!(f, "activated the {}", object.kind),
            Self::ActivateTenant { tenant } => write!(f, "activated the tenant {tenant}"),
            Self::MeetConditions { block, paths } => {
                write!(f, "met the conditions of the block {block} ({})", paths.join(", "))
            }
            Self::RemovePolicy { policy } => write!(f, "removed the direct policy {policy}"),
            Self::RemoveAssignment { role, .. } => write!(f, "took the role '{role}' away"),
            Self::RemoveBlock { name, block, .. } => {
                write!(f, "took the block {block} out of the role '{name}'")
            }
            Self::LeaveCeiling => f.write_str("used a credential without this ceiling"),
        }
    }
}
