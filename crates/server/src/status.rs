//! The one place that knows status codes: kinds of failure to HTTP, GraphQL and gRPC.

use atoll_base::{Error, Kind};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tonic::Code;

/// The HTTP status of a kind.
pub fn http(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Denied => StatusCode::FORBIDDEN,
        Kind::Missing => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Limited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The gRPC code of a kind.
pub fn grpc(kind: Kind) -> Code {
    match kind {
        Kind::Invalid | Kind::TooLarge => Code::InvalidArgument,
        Kind::Unauthenticated => Code::Unauthenticated,
        Kind::Denied => Code::PermissionDenied,
        Kind::Missing => Code::NotFound,
        Kind::Conflict => Code::AlreadyExists,
        Kind::Limited => Code::ResourceExhausted,
        Kind::Unavailable => Code::Unavailable,
        Kind::Bug => Code::Internal,
    }
}

/// The word that GraphQL's `extensions.kind` carries.
pub fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Unauthenticated => "unauthenticated",
        Kind::Denied => "denied",
        Kind::Missing => "missing",
        Kind::Conflict => "conflict",
        Kind::TooLarge => "too_large",
        Kind::Limited => "limited",
        Kind::Unavailable => "unavailable",
        Kind::Bug => "bug",
    }
}

/// Writes what a caller must not see to the log.
pub fn log(error: &Error) {
    match error.kind() {
        Kind::Bug => tracing::error!(error = error.for_log(), "a fault of ours"),
        Kind::Unavailable => tracing::warn!(error = error.for_log(), "something is not available"),
        _ => {}
    }
}

/// A failure as an HTTP response: `{"error": text, "code": code}`.
pub struct Failure(pub Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Failure(error) = self;
        log(&error);
        let mut body = json!({ "error": error.to_string(), "code": error.code() });
        if let Some(details) = error.details() {
            body["details"] = details;
        }
        let mut response = (http(error.kind()), Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(after) = error.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        if error.kind() == Kind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A failure as a gRPC status; the stable code travels as the metadata `atoll-code`.
pub fn to_grpc(error: &Error) -> tonic::Status {
    log(error);
    let mut status = tonic::Status::new(grpc(error.kind()), error.to_string());
    if let Ok(code) = error.code().parse() {
        status.metadata_mut().insert("atoll-code", code);
    }
    if let Some(after) = error.retry_after() {
        status.metadata_mut().insert("retry-after", after.as_secs().max(1).into());
    }
    status
}
