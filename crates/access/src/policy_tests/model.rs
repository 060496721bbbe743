//! A policy test.

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment, Result};
use atoll_policy::{Decision, ObjectRef, Question, Reason, Selector, World};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::check::BadSelector;

/// The most tests of one tenant.
pub(super) const MOST: u64 = 500;

/// What a subject must, or must not, be allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyTest {
    /// Id.
    pub id: Uuid,
    /// The tenant, to which the object belongs.
    pub tenant: Uuid,
    /// What it is called; once in the tenant.
    pub name: String,
    /// Who would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// What would be acted on.
    pub object: ObjectRef,
    /// What is claimed: an object of JSON.
    pub context: Value,
    /// Whether the subject may.
    pub may: bool,
    /// When it was made.
    pub created_at: Moment,
}

impl PolicyTest {
    /// The answer of a world. Nothing is known about a proof: conditions on `session` cannot be judged.
    pub(crate) fn ask(&self, world: &World, now: Moment) -> Result<Decision> {
        let session = json!({});
        let question = Question {
            subject: self.subject,
            action: &self.action,
            object: Selector::object(self.object),
            context: &self.context,
            session: &session,
            now: now.0,
            ceiling: None,
            administrative: false,
        };
        Ok(world.decide(&question).map_err(BadSelector::from)?)
    }

    /// The test as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "name": self.name,
            "subject_id": self.subject,
            "action": self.action,
            "object_kind": self.object.kind.as_str(),
            "object_id": self.object.id,
            "context": self.context,
            "may": self.may,
        })
    }
}

/// Whether a decision says something about policies: not that who or what is asked about is not there or not in use.
pub(super) fn is_about_policies(decision: &Decision) -> bool {
    !matches!(
        decision.reason,
        Reason::SubjectNotFound
            | Reason::SubjectNotActive
            | Reason::ObjectNotFound(_)
            | Reason::TenantNotActive(_)
    )
}

impl Guarded for PolicyTest {
    type Noun = PolicyTest;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        Some(self.tenant)
    }
}

/// A test that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyTestFault {
    /// The object is not there, or belongs elsewhere.
    #[error("the object of a policy test must belong to its tenant")]
    ForeignObject,
    /// Nobody with this id is there.
    #[error("the subject of a policy test must be an entity")]
    NoSubject,
    /// There is no such action.
    #[error("unknown action '{0}'")]
    NoSuchAction(String),
    /// Too many.
    #[error("a tenant has at most {MOST} policy tests")]
    TooMany,
}

impl Fault for PolicyTestFault {
    fn kind(&self) -> Kind {
        match self {
            PolicyTestFault::TooMany => Kind::Limited,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            PolicyTestFault::ForeignObject => "policy_test.foreign_object",
            PolicyTestFault::NoSubject => "policy_test.no_such_subject",
            PolicyTestFault::NoSuchAction(_) => "policy_test.no_such_action",
            PolicyTestFault::TooMany => "policy_test.too_many",
        }
    }
}
