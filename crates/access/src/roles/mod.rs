//! Roles: named sets of permission blocks.

/// A role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Id.
    pub id: uuid::Uuid,
}
