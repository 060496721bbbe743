//! A role assignment.

use atoll_base::Moment;
use atoll_base::ctx::Guarded;
use atoll_policy::{Fact, ObjectKind, ObjectRef, Subject};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::term::Term;
use crate::words::SubjectKind;

/// A subject holds a role. It does so once; only for how long can change.
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
    /// For how long, and why.
    pub term: Term,
    /// Since when.
    pub created_at: Moment,
}

impl Assignment {
    /// The assignment as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::Assignment {
            id: self.id,
            tenant: self.tenant,
            subject: self.subject,
            role: self.role,
            window: self.term.window(),
        }
    }

    /// The assignment as the ledger shows it.
    pub fn state(&self) -> Value {
        let mut state = Map::from_iter([
            ("tenant_id".to_owned(), json!(self.tenant)),
            ("subject_kind".to_owned(), json!(SubjectKind::from(self.subject).as_str())),
            ("subject_id".to_owned(), json!(self.subject.id())),
            ("role_id".to_owned(), json!(self.role)),
        ]);
        self.term.show(&mut state);
        Value::Object(state)
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
