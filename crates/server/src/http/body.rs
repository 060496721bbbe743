//! Reading a JSON body: every way in which it can be wrong has its own status and says what is.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
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

/// A refusal in the house's form.
pub(crate) fn answer(status: StatusCode, error: &str, code: &str) -> Response {
    (status, Json(json!({ "error": error, "code": code }))).into_response()
}
