//! Users and groups, one or many.

use atoll_identity::scim::schema::Noun;
use atoll_identity::scim::{self, Query, Request, Verb, is_among};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Map;
use uuid::Uuid;

use super::answer::{self, Meta, Refused};
use super::asked::Asked;

/// `GET /Users`, `GET /Groups`, and both.
pub(super) async fn list(asked: Asked, nouns: &'static [Noun]) -> Result<Response, Refused> {
    let query = asked.query()?;
    listed(&asked, nouns, &query).await
}

/// `POST /.search` and below.
pub(super) async fn search(asked: Asked, nouns: &'static [Noun]) -> Result<Response, Refused> {
    let fields = match asked.fields() {
        Ok(fields) => fields,
        Err(response) => return Ok(*response),
    };
    listed(&asked, nouns, &Query::of_fields(&fields)?).await
}

async fn listed(asked: &Asked, nouns: &[Noun], query: &Query) -> Result<Response, Refused> {
    let found = scim::list(&asked.ctx, &asked.site, nouns, query).await?;
    Ok(answer::body(StatusCode::OK, &found))
}

/// `POST /Users`, `POST /Groups`.
pub(super) async fn create(asked: Asked, noun: Noun) -> Result<Response, Refused> {
    carried_out(&asked, Verb::Post, noun, None).await
}

/// Everything about one user or group.
pub(super) async fn one(asked: Asked, noun: Noun) -> Result<Response, Refused> {
    let id = asked.id()?;
    carried_out(&asked, verb(&asked.method), noun, Some(id)).await
}

/// Everything about oneself, for those who are users here.
pub(super) async fn me(asked: Asked) -> Result<Response, Refused> {
    let own = asked.ctx.signed_in()?.entity;
    carried_out(&asked, verb(&asked.method), Noun::User, Some(own)).await
}

fn verb(method: &Method) -> Verb {
    match *method {
        Method::PUT => Verb::Put,
        Method::PATCH => Verb::Patch,
        Method::DELETE => Verb::Delete,
        _ => Verb::Get,
    }
}

async fn carried_out(asked: &Asked, verb: Verb, noun: Noun, id: Option<Uuid>) -> Result<Response, Refused> {
    let select = asked.query()?.select;
    let data = match verb {
        Verb::Get | Verb::Delete => Map::new(),
        Verb::Post | Verb::Put | Verb::Patch => match asked.fields() {
            Ok(fields) => fields,
            Err(response) => return Ok(*response),
        },
    };
    let if_match = asked.header(header::IF_MATCH);
    let request = Request { verb, noun, id, data: &data, if_match };
    let Some(shown) = request.carry_out(&asked.ctx, &asked.site, asked.hasher()).await? else {
        return Ok(asked.answered(StatusCode::NO_CONTENT.into_response()));
    };
    let meta = Meta::of(&shown);
    if verb == Verb::Get
        && asked.header(header::IF_NONE_MATCH).is_some_and(|known| is_among(&meta.version, known))
    {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, meta.version)]).into_response());
    }
    let status = if verb == Verb::Post { StatusCode::CREATED } else { StatusCode::OK };
    Ok(asked.answered(answer::resource(status, select.of(noun, shown), &meta)))
}
