//! What is answered: yes or no, and why.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use crate::words::{ObjectKind, TenantStatus};

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the subject may.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: Reason,
    /// The tenant that is in the way, when the reason is [`Reason::TenantNotActive`].
    pub lifecycle: Option<Lifecycle>,
}

/// A tenant that is not in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lifecycle {
    /// The tenant.
    pub tenant_id: Uuid,
    /// What it is instead of active.
    pub tenant_status: TenantStatus,
}

/// Why a question was answered as it was. `Display` gives the text of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Something allows it and nothing denies it.
    Allowed,
    /// The subject does not exist.
    SubjectNotFound,
    /// The subject or its own tenant is not in use.
    SubjectNotActive,
    /// The object does not exist, or is switched off.
    ObjectNotFound(ObjectKind),
    /// The tenant of the object is not in use.
    TenantNotActive(TenantStatus),
    /// The action does not exist, or not for such objects.
    UnknownAction(Arc<str>),
    /// A deny attached to the subject or one of its groups matches.
    DeniedByPolicy,
    /// A deny in a role of the subject matches; the name of that role.
    DeniedByRole(Arc<str>),
    /// Nothing allows it.
    NoMatchingAllow,
    /// The access token in use may not be used for it.
    DeniedByCeiling,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => f.write_str("allowed"),
            Self::SubjectNotFound => f.write_str("subject not found"),
            Self::SubjectNotActive => f.write_str("subject is not active"),
            Self::ObjectNotFound(kind) => write!(f, "{kind} not found"),
            Self::TenantNotActive(status) => write!(f, "tenant is {status}"),
            Self::UnknownAction(name) => write!(f, "unknown action '{name}'"),
            Self::DeniedByPolicy => f.write_str("explicitly denied by direct policy"),
            Self::DeniedByRole(name) => write!(f, "explicitly denied by role '{name}' block"),
            Self::NoMatchingAllow => f.write_str("no matching allow policy"),
            Self::DeniedByCeiling => f.write_str("denied by access token permission ceiling"),
        }
    }
}
