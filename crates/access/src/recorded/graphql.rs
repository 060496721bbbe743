//! The GraphQL door of the decision log.

use async_graphql::{Context, ID, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{PageBounds, Result};
use atoll_policy::{ObjectKind, ObjectRef};
use serde_json::Value;

use super::{Recorded, RecordedFilter, list};

/// A question that was asked, and its answer.
#[derive(SimpleObject)]
#[graphql(name = "RecordedDecision")]
pub struct RecordedView {
    id: ID,
    at: String,
    tenant_id: Option<ID>,
    subject_id: ID,
    action: String,
    object_kind: String,
    /// Null for the platform.
    object_id: Option<ID>,
    /// What was claimed, without what looks secret.
    context: Json<Value>,
    /// Whether that is all that was claimed.
    context_whole: bool,
    allowed: bool,
    reason: String,
    /// What it was decided on, to be handed back as `asOf`.
    revision: String,
    /// `graphql`, `grpc` or `authzen`.
    door: String,
    caller_id: Option<ID>,
}

impl From<Recorded> for RecordedView {
    fn from(recorded: Recorded) -> RecordedView {
        RecordedView {
            id: door::show(recorded.id),
            at: recorded.at.rfc3339(),
            tenant_id: recorded.tenant.map(door::show),
            subject_id: door::show(recorded.subject),
            action: recorded.action,
            object_kind: recorded.object.kind.as_str().to_owned(),
            object_id: object_id(recorded.object),
            context: Json(recorded.context),
            context_whole: recorded.context_whole,
            allowed: recorded.allowed,
            reason: recorded.reason,
            revision: recorded.revision,
            door: recorded.door,
            caller_id: recorded.caller.map(door::show),
        }
    }
}

/// The id of an object as the interface shows it: the platform has none.
pub(crate) fn object_id(object: ObjectRef) -> Option<ID> {
    (object.kind != ObjectKind::Platform).then(|| door::show(object.id))
}

/// A page of recorded decisions.
#[derive(SimpleObject)]
pub struct RecordedDecisionList {
    items: Vec<RecordedView>,
    total: i64,
}

/// Queries about recorded decisions.
#[derive(Default)]
pub struct RecordedQuery;

#[Object]
impl RecordedQuery {
    /// A sample of the checks about objects of a tenant, or of all, newest first; `from` is within, `to` is not. For those
    /// who deal with policies in the tenant or, without one, at the platform.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn decision_log(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        subject_id: Option<ID>,
        action: Option<String>,
        allowed: Option<bool>,
        from: Option<String>,
        to: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<RecordedDecisionList> {
        let filter = RecordedFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            subject: door::optional_id("subjectId", subject_id.as_ref())?,
            action,
            allowed,
            from: door::moment("from", from.as_deref())?,
            to: door::moment("to", to.as_deref())?,
        };
        let page = list(door::ctx(door)?, &filter, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let items = page.items.into_iter().map(RecordedView::from).collect();
        Ok(RecordedDecisionList { items, total: door::total(page.total) })
    }
}
