//! Answers in the standard's form.

use atoll_base::{Error, Kind};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::status;

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/scim+json");

/// A body of the standard's media type.
pub(super) fn body(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response()
}

/// A resource, with its version and, where it is new, its address.
pub(super) fn resource(status: StatusCode, shown: Map<String, Value>, whole: &Meta) -> Response {
    let mut response = body(status, &Value::Object(shown));
    let headers = response.headers_mut();
    if let Ok(version) = HeaderValue::from_str(&whole.version) {
        headers.insert(header::ETAG, version);
    }
    if status == StatusCode::CREATED
        && let Ok(location) = HeaderValue::from_str(&whole.location)
    {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// What headers say about a resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    pub(super) version: String,
    pub(super) location: String,
}

impl Meta {
    pub(super) fn of(resource: &Map<String, Value>) -> Meta {
        let text = |name: &str| resource["meta"][name].as_str().unwrap_or_default().to_owned();
        Meta { version: text("version"), location: text("location") }
    }
}

/// A failure, in the standard's form.
pub(super) struct Refused(pub(super) Error);

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused(error.into())
    }
}

impl Refused {
    /// Its status.
    pub(super) fn status(&self) -> StatusCode {
        match self.0.code() {
            "scim.changed" => StatusCode::PRECONDITION_FAILED,
            _ => status::http(self.0.kind()),
        }
    }

    /// Its body.
    pub(super) fn body(&self) -> Value {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status().as_str(),
            "detail": self.0.to_string(),
        });
        if let Some(kind) = self.scim_type() {
            body["scimType"] = kind.into();
        }
        body
    }

    fn scim_type(&self) -> Option<&'static str> {
        const TYPES: [&str; 8] = [
            "invalidFilter",
            "tooMany",
            "uniqueness",
            "mutability",
            "invalidSyntax",
            "invalidPath",
            "noTarget",
            "invalidValue",
        ];
        let code = self.0.code();
        match self.0.kind() {
            _ if TYPES.contains(&code) => TYPES.into_iter().find(|one| *one == code),
            Kind::Invalid => Some("invalidValue"),
            Kind::Conflict if code == "already_exists" => Some("uniqueness"),
            _ => None,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        status::log(&self.0);
        let mut response = body(self.status(), &self.body());
        let headers = response.headers_mut();
        if let Some(after) = self.0.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        if self.0.kind() == Kind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
