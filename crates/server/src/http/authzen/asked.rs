//! A request: who asks, where, and what.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, Origin};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use uuid::Uuid;

use super::request::{BadRequest, Fields};
use super::scope::Scope;
use crate::app::App;
use crate::http::{body, caller};
use crate::status::Failure;

/// Who asks, and where.
pub(super) struct Asker {
    pub(super) ctx: Ctx,
    pub(super) scope: Scope,
    /// Whether the path names the tenant.
    pub(super) in_tenant_path: bool,
}

impl Asker {
    /// Whether this is the entity that asks.
    pub(super) fn is(&self, entity: Option<Uuid>) -> bool {
        entity.is_some() && self.ctx.caller().entity_id() == entity
    }
}

/// A request of somebody who is signed in, with a body that is a JSON object.
pub(super) struct Asked {
    pub(super) asker: Asker,
    pub(super) body: Fields,
}

impl FromRequest<App> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, content) = request.into_parts();
        let refused = |failure: Failure| failure.into_response();
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        let ctx = caller::of(app, &origin, &parts.method, &parts.headers)
            .await
            .map_err(|error| refused(Failure(error)))?;
        ctx.signed_in().map_err(|error| refused(Failure(error)))?;
        let path = Path::<HashMap<String, String>>::from_request_parts(&mut parts, app)
            .await
            .map_err(|rejection| body::answer(StatusCode::BAD_REQUEST, &rejection.body_text(), "path"))?;
        let tenant = path.get("tenant").map(String::as_str);
        let json = is_json(&parts.headers);
        let content = Bytes::from_request(Request::from_parts(parts, content), app)
            .await
            .map_err(|rejection| body::unread(&rejection))?;
        if !json {
            return Err(refused(BadRequest::ContentType.into()));
        }
        let body = object(&content).map_err(|why| refused(why.into()))?;
        let scope = Scope::of(&ctx, tenant).await.map_err(|error| refused(Failure(error)))?;
        Ok(Asked { asker: Asker { ctx, scope, in_tenant_path: tenant.is_some() }, body })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

pub(super) fn object(content: &[u8]) -> Result<Fields, BadRequest> {
    match serde_json::from_slice(content) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(BadRequest::NotAnObject("the body")),
        Err(why) => Err(BadRequest::Syntax(why.to_string())),
    }
}
