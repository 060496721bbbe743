//! The GraphQL door of searches.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::decisions::RevisionToken;
use atoll_base::door::graphql as door;
use atoll_base::{Common, Result};
use atoll_policy::{ObjectKind, ObjectRef, ObjectType, Selector};
use serde_json::Value;

use super::asking::{revision, revision_of};
use super::{ActionSearch, Cursor, Matches, ObjectSearch, Paging, SubjectSearch, actions, objects, subjects};
use crate::check::decide::BadSelector;
use crate::words::EntityKind;

/// What one search costs of a request's complexity: a search may look at thousands of candidates, a field at one row.
const COST: usize = 50;

/// Who may do this? The object is named as in a check.
#[derive(InputObject)]
pub struct AuthzSearchSubjectsInput {
    action: String,
    /// The object, when it is a resource; `objectKind` and `objectId` win over it.
    resource_id: Option<ID>,
    object_kind: Option<String>,
    object_id: Option<ID>,
    /// Only entities of this kind.
    subject_kind: Option<EntityKind>,
    /// What you claim about the circumstances: the root `context` of conditions.
    context: Option<Json<Value>>,
    /// 50 when left out, at most 500.
    limit: Option<i32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What may the subject do this to?
#[derive(InputObject)]
pub struct AuthzSearchObjectsInput {
    subject_id: ID,
    action: String,
    /// `resource`, `tenant`, `entity`, `group` or `credential`.
    object_kind: String,
    /// Only objects of this type: `resource:channel` or `channel`.
    object_type: Option<String>,
    /// Only objects of this tenant: where you must be allowed to check, to ask about somebody else.
    tenant_id: Option<ID>,
    /// What you claim about the circumstances: the root `context` of conditions.
    context: Option<Json<Value>>,
    /// 50 when left out, at most 500.
    limit: Option<i32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What may the subject do to this? The object is named as in a check.
#[derive(InputObject)]
pub struct AuthzSearchActionsInput {
    subject_id: ID,
    /// The object, when it is a resource; `objectKind` and `objectId` win over it.
    resource_id: Option<ID>,
    object_kind: Option<String>,
    object_id: Option<ID>,
    /// What you claim about the circumstances: the root `context` of conditions.
    context: Option<Json<Value>>,
    /// 50 when left out, at most 500.
    limit: Option<i32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl AuthzSearchSubjectsInput {
    fn read(self) -> Result<SubjectSearch> {
        Ok(SubjectSearch {
            object: object(self.resource_id.as_ref(), self.object_kind.as_deref(), self.object_id.as_ref())?,
            action: self.action,
            kind: self.subject_kind.map(Into::into),
            context: door::json(self.context).unwrap_or_default(),
            page: page(self.limit, self.cursor.as_deref())?,
        })
    }
}

impl AuthzSearchObjectsInput {
    fn read(self) -> Result<ObjectSearch> {
        let kind = searchable(&self.object_kind)?;
        Ok(ObjectSearch {
            subject: door::id("subjectId", &self.subject_id)?,
            action: self.action,
            kind,
            sub: self.object_type.as_deref().map(|text| sub_kind(kind, text)).transpose()?,
            tenant: door::optional_id("tenantId", self.tenant_id.as_ref())?,
            context: door::json(self.context).unwrap_or_default(),
            page: page(self.limit, self.cursor.as_deref())?,
        })
    }
}

impl AuthzSearchActionsInput {
    fn read(self) -> Result<ActionSearch> {
        Ok(ActionSearch {
            subject: door::id("subjectId", &self.subject_id)?,
            object: object(self.resource_id.as_ref(), self.object_kind.as_deref(), self.object_id.as_ref())?,
            context: door::json(self.context).unwrap_or_default(),
            page: page(self.limit, self.cursor.as_deref())?,
        })
    }
}

fn object(resource: Option<&ID>, kind: Option<&str>, id: Option<&ID>) -> Result<ObjectRef> {
    let selector = Selector {
        resource_id: door::optional_id("resourceId", resource)?,
        object_kind: kind,
        object_id: door::optional_id("objectId", id)?,
    };
    Ok(selector.resolve().map_err(BadSelector::from)?)
}

fn searchable(kind: &str) -> Result<ObjectKind> {
    use ObjectKind::{Credential, Entity, Group, Resource, Tenant};
    let parsed = kind.parse().ok();
    Ok(parsed.filter(|kind| matches!(kind, Resource | Tenant | Entity | Group | Credential)).ok_or_else(
        || Common::Invalid("objectKind must be resource, tenant, entity, group or credential".into()),
    )?)
}

fn sub_kind(kind: ObjectKind, text: &str) -> Result<String> {
    let known = ObjectType::within(kind, text.trim());
    let known = known.ok_or_else(|| Common::Invalid(format!("objectType must be a type of {kind}")))?;
    Ok(known.sub.to_string())
}

fn page<C: Cursor>(limit: Option<i32>, cursor: Option<&str>) -> Result<Paging<C>> {
    Ok(Paging::read(limit.map(i64::from), cursor)?)
}

/// Something that a search found.
#[derive(SimpleObject)]
pub struct AuthzMatch {
    id: ID,
    /// `entity:device`, `resource:channel`, `tenant`.
    #[graphql(name = "type")]
    object_type: String,
}

/// A page of what a search found.
#[derive(SimpleObject)]
pub struct AuthzMatches {
    /// In the order of their ids.
    items: Vec<AuthzMatch>,
    /// Ask again with it for what comes after; null when that is all. A page may be short, even empty, before the end.
    next_cursor: Option<String>,
    /// What it holds: the revisions of the platform and of the tenant.
    revision: String,
}

impl AuthzMatches {
    fn of(matches: Matches, revision: &RevisionToken) -> AuthzMatches {
        let items = matches.items.into_iter();
        AuthzMatches {
            revision: revision.to_string(),
            items: items
                .map(|found| AuthzMatch { id: door::show(found.id), object_type: found.object_type })
                .collect(),
            next_cursor: matches.next.map(|next| next.show()),
        }
    }
}

/// A page of names of actions.
#[derive(SimpleObject)]
pub struct AuthzActions {
    /// In alphabetical order.
    items: Vec<String>,
    /// Ask again with it for what comes after; null when that is all.
    next_cursor: Option<String>,
    /// What it holds: the revisions of the platform and of the tenant.
    revision: String,
}

/// Searching among decisions.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// The entities that may do an action to an object.
    #[graphql(complexity = "COST + child_complexity")]
    async fn authz_search_subjects(
        &self,
        door: &Context<'_>,
        input: AuthzSearchSubjectsInput,
    ) -> Result<AuthzMatches> {
        let (ctx, search) = (door::ctx(door)?, input.read()?);
        let revision = revision_of(ctx, search.object)?;
        Ok(AuthzMatches::of(subjects(ctx, &search).await?, &revision))
    }

    /// The objects of a kind that an entity may do an action to. About yourself you may always ask.
    #[graphql(complexity = "COST + child_complexity")]
    async fn authz_search_objects(
        &self,
        door: &Context<'_>,
        input: AuthzSearchObjectsInput,
    ) -> Result<AuthzMatches> {
        let (ctx, search) = (door::ctx(door)?, input.read()?);
        let revision = revision(ctx, search.tenant)?;
        Ok(AuthzMatches::of(objects(ctx, &search).await?, &revision))
    }

    /// The actions that an entity may do to an object. About yourself you may always ask.
    #[graphql(complexity = "COST + child_complexity")]
    async fn authz_search_actions(
        &self,
        door: &Context<'_>,
        input: AuthzSearchActionsInput,
    ) -> Result<AuthzActions> {
        let (ctx, search) = (door::ctx(door)?, input.read()?);
        let revision = revision_of(ctx, search.object)?.to_string();
        let found = actions(ctx, &search).await?;
        Ok(AuthzActions { items: found.names, next_cursor: found.next.map(|next| next.show()), revision })
    }
}
