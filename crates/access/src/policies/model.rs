//! A direct policy.

use atoll_base::Moment;
use atoll_base::ctx::Guarded;
use atoll_policy::{Fact, ObjectKind, ObjectRef, Subject};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::term::Term;
use crate::words::SubjectKind;

/// A subject holds a permission block without a role between them. It does so once; only for how
/// long can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectPolicy {
    /// Id.
    pub id: Uuid,
    /// The only tenant in which it counts, that of the block; none means everywhere.
    pub tenant: Option<Uuid>,
    /// Who holds the block.
    pub subject: Subject,
    /// The block.
    pub block: Uuid,
    /// For how long, and why.
    pub term: Term,
    /// Since when.
    pub created_at: Moment,
}

impl DirectPolicy {
    /// The policy as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::DirectPolicy {
            id: self.id,
            tenant: self.tenant,
            subject: self.subject,
            block: self.block,
            window: self.term.window(),
        }
    }

    /// The policy as the ledger shows it.
    pub fn state(&self) -> Value {
        let mut state = Map::from_iter([
            ("tenant_id".to_owned(), json!(self.tenant)),
            ("subject_kind".to_owned(), json!(SubjectKind::from(self.subject).as_str())),
            ("subject_id".to_owned(), json!(self.subject.id())),
            ("permission_block_id".to_owned(), json!(self.block)),
        ]);
        self.term.show(&mut state);
        Value::Object(state)
    }
}

impl Guarded for DirectPolicy {
    type Noun = DirectPolicy;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Policy, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}
