//! A request: who asks, about which tenant, and what they sent.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, Origin};
use atoll_base::{Common, Result};
use atoll_identity::passwords::Hasher;
use atoll_identity::scim::{Query, ScimFault, Site};
use atoll_identity::tenants;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answer::{self, Refused};
use crate::app::App;
use crate::fresh;
use crate::http::caller;

/// A request of somebody who is signed in.
pub(super) struct Asked {
    pub(super) ctx: Ctx,
    pub(super) site: Site,
    pub(super) method: Method,
    app: App,
    id: Option<String>,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl FromRequest<App> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, content) = request.into_parts();
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        let ctx = caller::of(app, &origin, &parts.method, &parts.headers).await;
        let ctx = ctx.map_err(|error| Refused(error).into_response())?;
        ctx.signed_in().map_err(|error| Refused(error).into_response())?;
        let path = Path::<HashMap<String, String>>::from_request_parts(&mut parts, app).await;
        let mut path = path.map(|Path(path)| path).unwrap_or_default();
        let tenant = path.remove("tenant").unwrap_or_default();
        let site = site(app, &ctx, &tenant).await.map_err(|error| Refused(error).into_response())?;
        let (method, headers) = (parts.method.clone(), parts.headers.clone());
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let body = Bytes::from_request(Request::from_parts(parts, content), app).await;
        let body = body.map_err(|_| too_large().into_response())?;
        Ok(Asked { ctx, site, method, app: app.clone(), id: path.remove("id"), query, headers, body })
    }
}

fn too_large() -> Refused {
    ScimFault::TooLarge(format!("a body has at most {} bytes", super::MOST_BYTES)).into()
}

/// The tenant with this id, alias or route. One that does not exist answers like one in which there is nothing to see,
/// to those who may not know.
async fn site(app: &App, ctx: &Ctx, name: &str) -> Result<Site> {
    let known = match name.parse::<Uuid>() {
        Ok(id) => Some(id).filter(|id| ctx.world().is_ok_and(|world| world.tenant(*id).is_some())),
        Err(_) => tenants::called(ctx, name).await?,
    };
    if known.is_none() && tenants::may_know(ctx)? {
        return Err(Common::not_found("tenant", name.chars().take(64).collect::<String>()).into());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let shown = match known {
        Some(id) if !name.bytes().all(plain) => id.to_string(),
        _ => name.chars().filter(|one| one.is_ascii() && plain(*one as u8)).collect(),
    };
    Ok(Site { tenant: known.unwrap_or_default(), base: base(app, &shown) })
}

/// The address of a tenant's SCIM, under the public address of the settings.
pub(super) fn base(app: &App, tenant: &str) -> String {
    format!("{}/scim/v2/{tenant}", app.ground.settings().public_base_url.as_str())
}

impl Asked {
    pub(super) fn hasher(&self) -> &Hasher {
        self.app.identity.hasher()
    }

    /// The id in the address.
    pub(super) fn id(&self) -> Result<Uuid, ScimFault> {
        self.id.as_deref().and_then(|id| id.parse().ok()).ok_or(ScimFault::NotFound)
    }

    /// What the address asks for.
    pub(super) fn query(&self) -> Result<Query, ScimFault> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect();
        Query::of_pairs(&pairs)
    }

    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// An answer that says what the request has written, so that a later one can ask for answers as fresh as that.
    pub(super) fn answered(&self, mut response: Response) -> Response {
        let written = self.ctx.written().and_then(|token| HeaderValue::from_str(&token.to_string()).ok());
        if let Some(token) = written {
            response.headers_mut().insert(fresh::REVISION, token);
        }
        response
    }

    /// The body: an object.
    pub(super) fn fields(&self) -> Result<Map<String, Value>, Box<Response>> {
        let media = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !["application/scim+json", "application/json"].contains(&media.as_str()) {
            let wrong = serde_json::json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "415",
                "detail": "the body must be application/scim+json or application/json",
            });
            return Err(Box::new(answer::body(StatusCode::UNSUPPORTED_MEDIA_TYPE, &wrong)));
        }
        match serde_json::from_slice::<Value>(&self.body) {
            Ok(Value::Object(fields)) => Ok(fields),
            _ => {
                let wrong = ScimFault::Syntax("the body must be a JSON object".into());
                Err(Box::new(Refused::from(wrong).into_response()))
            }
        }
    }
}
