//! A role assignment.

use atoll_base::Moment;
use atoll_base::ctx::Guarded;
use atoll_policy::{Fact, ObjectKind, ObjectRef, Subject};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::words::SubjectKind;

/// A subject holds a role. It does so once, and the assignment never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Id.
    pub id: Uuid,
    /// The only tenant in which it counts, that of the role; none means everywhere.
    pub tenant: Option<Uuid>,
    /// Who holds the role.
    pub subject: Subject,
    /// The role.
    pub role: Uuid,
    /// Since when.
    pub created_at: Moment,
}

impl Assignment {
    /// The assignment as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Assignment { id: self.id, tenant: self.tenant, subject: self.subject, role: self.role }
    }

    /// The assignment as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "subject_kind": SubjectKind::from(self.subject).as_str(),
            "subject_id": self.subject.id(),
            "role_id": self.role,
        })
    }
}

impl Guarded for Assignment {
    type Noun = Assignment;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Policy, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}
