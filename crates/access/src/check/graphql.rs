//! The GraphQL door of checks.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Common, PageBounds, Result};
use atoll_policy::Explanation;
use serde::Serialize;
use serde_json::Value;

use super::request::{Answer, CheckRequest};
use super::{AuthorizedObjects, authorized_object_ids, bulk, check, explain};

/// A question: may the subject do the action to the object?
#[derive(InputObject)]
pub struct AuthzCheckInput {
    subject_id: ID,
    action: String,
    /// The object, when it is a resource; `objectKind` and `objectId` win over it.
    resource_id: Option<ID>,
    object_kind: Option<String>,
    object_id: Option<ID>,
    /// What you claim about the circumstances: the root `context` of conditions.
    context: Option<Json<Value>>,
}

impl AuthzCheckInput {
    fn read(self) -> Result<CheckRequest> {
        Ok(CheckRequest {
            subject: door::id("subjectId", &self.subject_id)?,
            action: self.action,
            resource_id: door::optional_id("resourceId", self.resource_id.as_ref())?,
            object_kind: self.object_kind,
            object_id: door::optional_id("objectId", self.object_id.as_ref())?,
            context: door::json(self.context).unwrap_or_default(),
            transport: None,
        })
    }
}

/// A decision.
#[derive(SimpleObject)]
pub struct AuthzResponse {
    allowed: bool,
    reason: String,
    /// The tenant that is in the way, when that is the reason.
    details: Option<Json<Value>>,
}

impl From<Answer> for AuthzResponse {
    fn from(answer: Answer) -> Self {
        let details = answer.details().map(Json);
        AuthzResponse { allowed: answer.allowed, reason: answer.reason, details }
    }
}

/// A decision and how it came about.
#[derive(SimpleObject)]
pub struct AuthzExplainResponse {
    allowed: bool,
    reason: String,
    subject: Option<Json<Value>>,
    resource: Option<Json<Value>>,
    capability: Option<Json<Value>>,
    matched_binding: Option<Json<Value>>,
    evaluated_bindings: Json<Value>,
}

impl AuthzExplainResponse {
    fn new(explanation: Explanation) -> Result<Self> {
        Ok(AuthzExplainResponse {
            allowed: explanation.allowed,
            reason: explanation.reason.to_string(),
            subject: optional(&explanation.subject)?,
            resource: optional(&explanation.resource)?,
            capability: optional(&explanation.capability)?,
            matched_binding: optional(&explanation.matched_binding)?,
            evaluated_bindings: Json(json(&explanation.evaluated_bindings)?),
        })
    }
}

fn optional<T: Serialize>(part: &Option<T>) -> Result<Option<Json<Value>>> {
    part.as_ref().map(|part| json(part).map(Json)).transpose()
}

fn json<T: Serialize>(part: &T) -> Result<Value> {
    Ok(serde_json::to_value(part).map_err(Common::bug)?)
}

/// A question: which objects may the subject do the action to?
#[derive(InputObject)]
pub struct AuthorizedObjectIdsInput {
    subject_id: ID,
    action: String,
    /// `entity`, `resource` or `group`.
    object_kind: String,
    /// `channel` or `resource:channel`; means nothing for groups.
    object_type: Option<String>,
    tenant_id: Option<ID>,
    q: Option<String>,
    limit: Option<i32>,
    offset: Option<i32>,
}

/// A page of ids.
#[derive(SimpleObject)]
pub struct AuthorizedObjectIdList {
    ids: Vec<ID>,
    total: i64,
}

/// Ids on a page: 100, at most 500.
const IDS: PageBounds = PageBounds { default: 100, max: 500 };

/// Asking which objects decisions would allow.
#[derive(Default)]
pub struct CheckQuery;

#[Object]
impl CheckQuery {
    /// The ids of the objects that the subject may do the action to without conditions, newest first.
    async fn authorized_object_ids(
        &self,
        door: &Context<'_>,
        input: AuthorizedObjectIdsInput,
    ) -> Result<AuthorizedObjectIdList> {
        let asked = AuthorizedObjects {
            subject: door::id("subjectId", &input.subject_id)?,
            action: input.action,
            object_kind: input.object_kind,
            object_type: input.object_type,
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            q: input.q,
        };
        let page = door::page(IDS, input.limit, input.offset);
        let page = authorized_object_ids(door::ctx(door)?, &asked, page).await?;
        Ok(AuthorizedObjectIdList {
            total: door::total(page.total),
            ids: page.items.into_iter().map(door::show).collect(),
        })
    }
}

/// Asking for decisions. They are mutations because what is asked is remembered.
#[derive(Default)]
pub struct CheckMutation;

#[Object]
impl CheckMutation {
    /// Decides one question.
    async fn authz_check(&self, door: &Context<'_>, input: AuthzCheckInput) -> Result<AuthzResponse> {
        Ok(check(door::ctx(door)?, &input.read()?).await?.into())
    }

    /// Decides a question and says how.
    async fn authz_explain(
        &self,
        door: &Context<'_>,
        input: AuthzCheckInput,
    ) -> Result<AuthzExplainResponse> {
        AuthzExplainResponse::new(explain(door::ctx(door)?, &input.read()?).await?)
    }

    /// Decides at most 20 questions in turn; the first error ends it.
    async fn authz_bulk_check(
        &self,
        door: &Context<'_>,
        input: Vec<AuthzCheckInput>,
    ) -> Result<Vec<AuthzResponse>> {
        let requests = input.into_iter().map(AuthzCheckInput::read).collect::<Result<Vec<_>>>()?;
        Ok(bulk(door::ctx(door)?, &requests).await?.into_iter().map(Into::into).collect())
    }
}
