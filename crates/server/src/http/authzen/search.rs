//! `POST /access/v1/search/…`: every answer to a question with a gap in it.

use std::collections::HashMap;

use atoll_access::resources;
use atoll_access::search::{
    self, ActionSearch, Cursor, Matches, ObjectSearch, Paging, SubjectSearch, asked_at, require_asking,
};
use atoll_base::Result;
use atoll_identity::{entities, tenants};
use atoll_policy::ObjectKind;
use axum::Json;
use serde::Serialize;
use uuid::Uuid;

use super::asked::{Asked, Asker};
use super::names;
use super::request::{Evaluation, Page};
use super::scope::Scope;
use super::types::{ResourceType, SubjectType};
use crate::status::Failure;

/// A page of what was found.
#[derive(Debug, Serialize)]
pub(super) struct Results<T> {
    page: NextPage,
    results: Vec<T>,
}

#[derive(Debug, Serialize)]
struct NextPage {
    /// Empty at the end.
    next_token: String,
    count: usize,
}

impl<T> Results<T> {
    fn new<C: Cursor>(results: Vec<T>, next: Option<C>) -> Self {
        let next_token = next.map(|next| next.show()).unwrap_or_default();
        Results { page: NextPage { next_token, count: results.len() }, results }
    }

    fn nothing() -> Self {
        Results::new(Vec::new(), None::<Uuid>)
    }
}

/// A subject or a resource, as it was asked for.
#[derive(Debug, Serialize)]
pub(super) struct Thing {
    #[serde(rename = "type")]
    of_type: String,
    id: String,
}

/// An action.
#[derive(Debug, Serialize)]
pub(super) struct Action {
    name: String,
}

/// Who may do this?
#[utoipa::path(post, path = "/access/v1/search/subject", operation_id = "authzen_search_subject", tag = "access", request_body = serde_json::Value, responses((status = 200, description = "What was found", body = serde_json::Value)))]
pub(super) async fn subject(asked: Asked) -> Result<Json<Results<Thing>>, Failure> {
    let (asker, asks) = (&asked.asker, Evaluation::read(&asked.body)?);
    let of_type = asks.subject.text("subject.type")?;
    let action = asks.action.text("action.name")?.to_owned();
    let (resource_type, id) = (asks.resource.text("resource.type")?, asks.resource.text("resource.id")?);
    let (context, page) = (asks.claims()?, page(&asked)?);
    let named = names::object(asker, resource_type, id).await?;
    let (Some(object), Some(subjects)) = (named.object, SubjectType::read(of_type)) else {
        require_asking(&asker.ctx, named.asked_at)?;
        return Ok(Json(Results::nothing()));
    };
    let search = SubjectSearch { object, action, kind: subjects.kind(), context, page };
    let found = search::subjects(&asker.ctx, &search).await?;
    Ok(Json(shown(asker, ObjectKind::Entity, of_type, found).await?))
}

/// What may the subject do this to? About others, in the tenant of the request.
#[utoipa::path(post, path = "/access/v1/search/resource", operation_id = "authzen_search_resource", tag = "access", request_body = serde_json::Value, responses((status = 200, description = "What was found", body = serde_json::Value)))]
pub(super) async fn resource(asked: Asked) -> Result<Json<Results<Thing>>, Failure> {
    let (asker, asks) = (&asked.asker, Evaluation::read(&asked.body)?);
    let (subject_type, id) = (asks.subject.text("subject.type")?, asks.subject.text("subject.id")?);
    let action = asks.action.text("action.name")?.to_owned();
    let of_type = asks.resource.text("resource.type")?;
    let (context, page) = (asks.claims()?, page(&asked)?);
    let subject = names::subject(asker, subject_type, id).await?;
    let objects = ResourceType::read(of_type);
    let (Some(subject), Some(objects), false) = (subject, &objects, asker.scope == Scope::Nowhere) else {
        if !asker.is(subject) {
            let kind = objects.map_or(ObjectKind::Entity, |objects| objects.kind);
            require_asking(&asker.ctx, asked_at(kind, asker.scope.tenant()))?;
        }
        return Ok(Json(Results::nothing()));
    };
    // What somebody may do themselves they may see wherever it is, unless they ask about one tenant.
    let everywhere = asker.is(Some(subject)) && !asker.in_tenant_path;
    let search = ObjectSearch {
        subject,
        action,
        kind: objects.kind,
        sub: objects.sub.clone(),
        tenant: asker.scope.tenant().filter(|_| !everywhere),
        context,
        page,
    };
    let found = search::objects(&asker.ctx, &search).await?;
    Ok(Json(shown(asker, objects.kind, of_type, found).await?))
}

/// What may the subject do to this?
#[utoipa::path(post, path = "/access/v1/search/action", operation_id = "authzen_search_action", tag = "access", request_body = serde_json::Value, responses((status = 200, description = "What was found", body = serde_json::Value)))]
pub(super) async fn action(asked: Asked) -> Result<Json<Results<Action>>, Failure> {
    let (asker, asks) = (&asked.asker, Evaluation::read(&asked.body)?);
    let (subject_type, id) = (asks.subject.text("subject.type")?, asks.subject.text("subject.id")?);
    let (resource_type, object) = (asks.resource.text("resource.type")?, asks.resource.text("resource.id")?);
    let (context, page) = (asks.claims()?, page(&asked)?);
    let subject = names::subject(asker, subject_type, id).await?;
    let named = names::object(asker, resource_type, object).await?;
    let (Some(subject), Some(object)) = (subject, named.object) else {
        if !asker.is(subject) {
            require_asking(&asker.ctx, named.asked_at)?;
        }
        return Ok(Json(Results::nothing()));
    };
    let found = search::actions(&asker.ctx, &ActionSearch { subject, object, context, page }).await?;
    let names = found.names.into_iter().map(|name| Action { name }).collect();
    Ok(Json(Results::new(names, found.next)))
}

fn page<C: Cursor>(asked: &Asked) -> Result<Paging<C>> {
    let Page { limit, token } = Page::read(&asked.body)?;
    Ok(Paging::read(limit, token)?)
}

/// What was found, with the type as it was asked for, and the alias where there is one in the scope of the request.
async fn shown(asker: &Asker, kind: ObjectKind, of_type: &str, found: Matches) -> Result<Results<Thing>> {
    let ids: Vec<Uuid> = found.items.iter().map(|item| item.id).collect();
    let mut aliases = aliases(asker, kind, &ids).await?;
    let things = ids.iter().map(|id| Thing {
        of_type: of_type.to_owned(),
        id: aliases.remove(id).unwrap_or_else(|| id.to_string()),
    });
    Ok(Results::new(things.collect(), found.next))
}

async fn aliases(asker: &Asker, kind: ObjectKind, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let (ctx, tenant) = (&asker.ctx, asker.scope.tenant());
    match kind {
        ObjectKind::Tenant => tenants::aliases(ctx, ids).await,
        ObjectKind::Entity if asker.scope != Scope::Nowhere => entities::aliases(ctx, ids, tenant).await,
        ObjectKind::Resource if asker.scope != Scope::Nowhere => resources::aliases(ctx, ids, tenant).await,
        _ => Ok(HashMap::new()),
    }
}
