//! What there is and what can be done. Anybody may read it: it says the same about every tenant, whether it exists or not.

use std::collections::HashMap;

use atoll_identity::scim::bulk::MOST_OPERATIONS;
use atoll_identity::scim::schema::{self, Noun};
use atoll_identity::scim::{MOST_RESULTS, ScimFault};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{self, Refused};
use super::asked;
use crate::app::App;

type Names = Path<HashMap<String, String>>;

fn base(app: &App, path: &Names) -> String {
    let tenant = path.get("tenant").map(String::as_str).unwrap_or_default();
    let plain = tenant.chars().filter(|one| one.is_ascii_alphanumeric() || "-_.".contains(*one));
    asked::base(app, &plain.take(64).collect::<String>())
}

fn listed(all: Vec<Value>) -> Response {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": all.len(),
        "startIndex": 1,
        "itemsPerPage": all.len(),
        "Resources": all,
    });
    answer::body(StatusCode::OK, &body)
}

fn found(one: Option<Value>) -> Result<Response, Refused> {
    Ok(answer::body(StatusCode::OK, &one.ok_or(ScimFault::NotFound)?))
}

pub(super) async fn configuration(State(app): State<App>, path: Names) -> Response {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": MOST_OPERATIONS, "maxPayloadSize": super::MOST_BYTES },
        "filter": { "supported": true, "maxResults": MOST_RESULTS },
        "changePassword": { "supported": true },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Access token",
            "description": "A bearer token in the Authorization header",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", base(&app, &path)),
        },
    });
    answer::body(StatusCode::OK, &body)
}

pub(super) async fn resource_types(State(app): State<App>, path: Names) -> Response {
    let base = base(&app, &path);
    listed(Noun::ALL.into_iter().map(|noun| noun.shown(&base)).collect())
}

pub(super) async fn resource_type(State(app): State<App>, path: Names) -> Result<Response, Refused> {
    let id = path.get("id").map(String::as_str).unwrap_or_default();
    let noun = Noun::ALL.into_iter().find(|noun| noun.name() == id);
    found(noun.map(|noun| noun.shown(&base(&app, &path))))
}

pub(super) async fn schemas(State(app): State<App>, path: Names) -> Response {
    let base = base(&app, &path);
    listed(schema::schemas().map(|schema| schema.shown(&base)).collect())
}

pub(super) async fn schema(State(app): State<App>, path: Names) -> Result<Response, Refused> {
    let id = path.get("id").map(String::as_str).unwrap_or_default();
    let schema = schema::schemas().find(|schema| schema.id.eq_ignore_ascii_case(id));
    found(schema.map(|schema| schema.shown(&base(&app, &path))))
}
