//! Reading a JSON body: every way in which it can be wrong has its own status and says what is.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::json;

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T, S> FromRequest<S> for JsonBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(JsonBody(body)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

fn refused(rejection: &JsonRejection) -> Response {
    let code = match rejection {
        JsonRejection::MissingJsonContentType(_) => "body.content_type",
        JsonRejection::JsonSyntaxError(_) => "body.syntax",
        JsonRejection::JsonDataError(_) => "body.shape",
        _ => "body.unreadable",
    };
    answer(rejection.status(), &rejection.body_text(), code)
}

/// A body that is too large, or could not be read to its end.
pub(crate) fn unread(rejection: &BytesRejection) -> Response {
    let code = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        "body.too_large"
    } else {
        "body.unreadable"
    };
    answer(rejection.status(), &rejection.body_text(), code)
}

/// How much of a body that is too large is read to its end, so that its sender is there to hear the refusal.
const DRAINED: usize = 16 << 20;
/// How long that may take.
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

/// Refuses a body that says it is larger than `limit` before anything of it is kept.
pub(super) async fn refuse_larger(limit: usize, request: Request, next: Next) -> Response {
    let said =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if said.is_none_or(|length: u64| length <= limit as u64) {
        return next.run(request).await;
    }
    drain(request.into_body()).await;
    answer(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {limit} bytes"), "body.too_large")
}

/// Reads what is left of a body that is refused, within bounds.
pub(super) async fn drain(mut body: Body) {
    let drain = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, |data| data.len());
            if read > DRAINED {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_PATIENCE, drain).await;
}

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than allowed.
    TooLarge,
    /// It broke off.
    Broken,
}

/// The whole of a body of at most so many bytes.
pub(super) async fn whole(mut body: Body, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Some(data) = frame.data_ref() else { continue };
        if read.len() + data.len() > limit {
            drain(body).await;
            return Err(Unread::TooLarge);
        }
        read.extend_from_slice(data);
    }
    Ok(read)
}

/// A refusal in the house's form.
pub(crate) fn answer(status: StatusCode, error: &str, code: &str) -> Response {
    (status, Json(json!({ "error": error, "code": code }))).into_response()
}
