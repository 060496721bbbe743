//! A question as doors bring it, and its answer.

use atoll_base::decisions::RevisionToken;
use atoll_policy::{Lifecycle, ObjectRef, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

/// May `subject` do `action` to an object? Doors fill it in; absent text fields are `None`.
#[derive(Clone, Debug, Default)]
pub struct CheckRequest {
    /// The entity that would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// The object, as a resource.
    pub resource_id: Option<Uuid>,
    /// Coarse kind of the object; together with the id it wins over `resource_id`.
    pub object_kind: Option<String>,
    /// Id of the object.
    pub object_id: Option<Uuid>,
    /// What the caller claims: any JSON of at most [`atoll_base::fields::MAX_JSON`] bytes. Null is taken as `{}`.
    pub context: Value,
    /// The revision as of which it is asked; none means now.
    pub as_of: Option<RevisionToken>,
    /// The door, where the ledger should say it (`grpc`).
    pub transport: Option<&'static str>,
}

impl CheckRequest {
    /// How the object is named.
    pub fn selector(&self) -> Selector<'_> {
        Selector {
            resource_id: self.resource_id,
            object_kind: self.object_kind.as_deref(),
            object_id: self.object_id,
        }
    }

    /// The object it is about; `None` when it names none.
    pub(super) fn object(&self) -> Option<ObjectRef> {
        self.selector().resolve().ok()
    }
}

/// A decision as doors show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Whether the subject may.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
    /// The tenant that is in the way, when that is the reason.
    pub lifecycle: Option<Lifecycle>,
    /// What it was decided on: the revisions of the platform and of the object's tenant.
    pub revision: RevisionToken,
}

impl Answer {
    /// `{tenant_id, tenant_status}` when a tenant is in the way.
    pub fn details(&self) -> Option<Value> {
        self.lifecycle.map(
            |tenant| json!({ "tenant_id": tenant.tenant_id, "tenant_status": tenant.tenant_status.as_str() }),
        )
    }
}
