//! The GraphQL door of checks.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::decisions::AT_LEAST_PATIENCE;
use atoll_base::door::graphql as door;
use atoll_base::{Common, PageBounds, Result};
use serde::Serialize;
use serde_json::Value;

use super::request::{Answer, CheckRequest};
use super::{AuthorizedObjects, Explained, authorized_object_ids, bulk, check, explain};

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
    /// Answer from a state that holds at least this revision, as some earlier answer gave it.
    at_least: Option<String>,
    /// Answer as of this revision. For those who administer the platform's policies.
    as_of: Option<String>,
}

impl AuthzCheckInput {
    /// Waits for the revision that the question asks for at least, then reads the question.
    async fn read(self, ctx: &Ctx) -> Result<CheckRequest> {
        if let Some(token) = &self.at_least {
            ctx.signed_in()?;
            ctx.ground().decisions().reach(&token.parse()?, AT_LEAST_PATIENCE).await?;
        }
        Ok(CheckRequest {
            subject: door::id("subjectId", &self.subject_id)?,
            action: self.action,
            resource_id: door::optional_id("resourceId", self.resource_id.as_ref())?,
            object_kind: self.object_kind,
            object_id: door::optional_id("objectId", self.object_id.as_ref())?,
            context: door::json(self.context).unwrap_or_default(),
            as_of: self.as_of.map(|token| token.parse()).transpose()?,
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
    /// What it was decided on, to be handed back as `atLeast` or `asOf`.
    revision: String,
}

impl From<Answer> for AuthzResponse {
    fn from(answer: Answer) -> Self {
        let details = answer.details().map(Json);
        let revision = answer.revision.to_string();
        AuthzResponse { allowed: answer.allowed, reason: answer.reason, details, revision }
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
    /// The whole of it in a sentence.
    sentence: String,
    /// All that the subject holds, by what became of it.
    considered: Json<Value>,
    /// Single changes each of which would turn the answer round.
    turns: Json<Value>,
    /// What it was decided on, to be handed back as `atLeast` or `asOf`.
    revision: String,
}

impl AuthzExplainResponse {
    fn new(explained: Explained) -> Result<Self> {
        let Explained { explanation, insight, revision } = explained;
        Ok(AuthzExplainResponse {
            allowed: explanation.allowed,
            reason: explanation.reason.to_string(),
            subject: optional(&explanation.subject)?,
            resource: optional(&explanation.resource)?,
            capability: optional(&explanation.capability)?,
            matched_binding: optional(&explanation.matched_binding)?,
            evaluated_bindings: Json(json(&explanation.evaluated_bindings)?),
            sentence: insight.sentence,
            considered: Json(json(&insight.considered)?),
            turns: Json(json(&insight.turns)?),
            revision: revision.to_string(),
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
        let ctx = door::ctx(door)?;
        Ok(check(ctx, &input.read(ctx).await?).await?.into())
    }

    /// Decides a question and says how.
    async fn authz_explain(
        &self,
        door: &Context<'_>,
        input: AuthzCheckInput,
    ) -> Result<AuthzExplainResponse> {
        let ctx = door::ctx(door)?;
        AuthzExplainResponse::new(explain(ctx, &input.read(ctx).await?).await?)
    }

    /// Decides at most 20 questions in turn; the first error ends it.
    async fn authz_bulk_check(
        &self,
        door: &Context<'_>,
        input: Vec<AuthzCheckInput>,
    ) -> Result<Vec<AuthzResponse>> {
        let ctx = door::ctx(door)?;
        let mut requests = Vec::with_capacity(input.len());
        for one in input {
            requests.push(one.read(ctx).await?);
        }
        Ok(bulk(ctx, &requests).await?.into_iter().map(Into::into).collect())
    }
}
