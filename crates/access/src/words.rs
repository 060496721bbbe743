//! Words of the GraphQL interface that several nouns and rooms use.

use async_graphql::Enum;
use atoll_policy as policy;

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "policy::EntityKind")]
pub enum EntityKind {
    /// A person.
    Human,
    /// A device.
    Device,
    /// A long-running service.
    Service,
    /// A job or other short-lived piece of work.
    Workload,
    /// An installed application.
    Application,
}

/// Where an entity or a group stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "policy::Status")]
pub enum EntityStatus {
    /// In use.
    Active,
    /// Switched off.
    Inactive,
    /// Stopped for now.
    Suspended,
}

/// What a permission block does when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "policy::Effect")]
pub enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever else is granted.
    Deny,
}

/// What sort of subject holds a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum SubjectKind {
    /// One entity.
    Entity,
    /// The members of a principal group.
    Group,
}

impl SubjectKind {
    /// The subject of this kind.
    pub fn of(self, id: uuid::Uuid) -> policy::Subject {
        match self {
            SubjectKind::Entity => policy::Subject::Entity(id),
            SubjectKind::Group => policy::Subject::Group(id),
        }
    }

    /// The word in the store and in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            SubjectKind::Entity => "entity",
            SubjectKind::Group => "group",
        }
    }
}

impl From<policy::Subject> for SubjectKind {
    fn from(subject: policy::Subject) -> Self {
        match subject {
            policy::Subject::Entity(_) => SubjectKind::Entity,
            policy::Subject::Group(_) => SubjectKind::Group,
        }
    }
}
