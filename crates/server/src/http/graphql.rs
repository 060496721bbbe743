//! `POST /graphql`.

use async_graphql::Response as Answer;
use atoll_base::ctx::Origin;
use atoll_base::rates::{Class, Limited};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::body;
use super::caller;
use crate::app::App;
use crate::fresh;
use crate::graphql::{self, Asked, BadRequest};
use crate::status::Failure;

/// Answers 200 to everything that was understood as a request; what went wrong is in `errors`.
#[utoipa::path(post, path = "/graphql", operation_id = "graphql", tag = "graphql", request_body = serde_json::Value, security((), ("bearer" = []), ("cookie" = [])), responses((status = 200, description = "The answer; what went wrong is in `errors`", body = serde_json::Value)))]
pub(crate) async fn answer(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    method: Method,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return body::unread(&rejection),
    };
    let asked = match graphql::read(&body, app.ground.settings(), &app.documents) {
        Ok(asked) => asked,
        Err(why @ BadRequest::Query(_)) => {
            return show(&Answer::from_errors(vec![async_graphql::ServerError::new(why.to_string(), None)]));
        }
        Err(why) => return body::answer(StatusCode::BAD_REQUEST, &why.to_string(), "graphql.body"),
    };
    if let Err(limited) = admit_proofs(&app, &origin, &method, &headers, &asked).await {
        return Failure::from(limited).into_response();
    }
    let ctx = match caller::of(&app, &origin, &method, &headers).await {
        Ok(ctx) => ctx,
        Err(error) => return show(&graphql::refuse(error)),
    };
    let answer = graphql::answer(&app, ctx.clone(), asked).await;
    let mut response = show(&answer);
    for cookie in answer.http_headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    if let Some(written) = ctx.written().and_then(|token| token.to_string().parse().ok()) {
        response.headers_mut().insert(HeaderName::from_static(fresh::REVISION), written);
    }
    response
}

/// Signing in through GraphQL falls under the limit of signing in, once for each time it is asked for.
async fn admit_proofs(
    app: &App,
    origin: &Origin,
    method: &Method,
    headers: &HeaderMap,
    asked: &Asked,
) -> Result<(), Limited> {
    let Some(address) = origin.address else { return Ok(()) };
    let signed_in = matches!(caller::token(app, method, headers), Ok(Some(_)));
    app.rates.admit(Class::AuthRoutes, address, asked.proofs(signed_in)).await
}

fn show(answer: &Answer) -> Response {
    match serde_json::to_vec(answer) {
        Ok(bytes) => {
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, json)], bytes).into_response()
        }
        Err(why) => {
            tracing::error!(%why, "a GraphQL answer cannot be written");
            body::answer(StatusCode::INTERNAL_SERVER_ERROR, "internal error", "internal")
        }
    }
}
