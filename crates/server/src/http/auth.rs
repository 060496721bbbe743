//! `/auth/*` and the public keys.

use std::collections::HashMap;

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_identity::resets::http::{self as resets, ResetRequest, ResetWish};
use atoll_identity::sessions::http::{
    self as sessions, Introspection, LoginBody, LoginRequest, LogoutBody, OwnSession, PublicConfig,
    SessionBody,
};
use atoll_identity::sign_up::http::{self as sign_up, SignUpBody, SignUpRequest};
use atoll_identity::verification::http::{self as verification, ResendRequest, Verified, VerifyQuery};
use axum::extract::{Extension, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use uuid::Uuid;

use super::body::{self, JsonBody};
use super::caller;
use crate::app::App;
use crate::status::Failure;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/auth/public-config", get(public_config))
        .route("/auth/login", post(login))
        .route("/auth/signup", post(signup))
        .route("/auth/email/verify", get(email_verify))
        .route("/auth/email/resend", post(email_resend))
        .route("/auth/password/reset/request", post(reset_wish))
        .route("/auth/password/reset", post(reset))
        .route("/auth/logout", post(logout))
        .route("/auth/introspect", get(introspect))
        .route("/auth/session", get(own_session))
        .route("/auth/sessions/{id}", get(session))
        .route("/auth/keys/rotate", post(rotate_keys))
}

/// A request that came with a proof of who sent it.
struct SignedIn(Ctx);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        let ctx = caller::of(app, &origin, &parts.method, &parts.headers).await?;
        ctx.signed_in()?;
        Ok(SignedIn(ctx))
    }
}

async fn public_config(State(app): State<App>) -> Json<PublicConfig> {
    Json(sessions::public_config(app.ground.settings()))
}

async fn login(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<LoginRequest>,
) -> Result<Response, Failure> {
    let ctx = anybody(&app, origin);
    let (body, cookie): (LoginBody, String) = sessions::login(&ctx, &app.identity, request).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

/// A request of nobody in particular: what it carries is all that counts.
fn anybody(app: &App, origin: Origin) -> Ctx {
    Ctx::new(app.ground.clone(), Caller::Nobody, origin)
}

async fn signup(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<SignUpRequest>,
) -> Result<(StatusCode, Json<SignUpBody>), Failure> {
    let body = sign_up::signup(&anybody(&app, origin), &app.identity, request).await?;
    Ok((StatusCode::ACCEPTED, Json(body)))
}

async fn email_verify(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    Query(query): Query<VerifyQuery>,
) -> Result<Json<Verified>, Failure> {
    Ok(Json(verification::email_verify(&anybody(&app, origin), &query).await?))
}

async fn email_resend(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<ResendRequest>,
) -> Result<StatusCode, Failure> {
    verification::resend(&anybody(&app, origin), &request).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn reset_wish(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<ResetWish>,
) -> Result<StatusCode, Failure> {
    resets::reset_wish(&anybody(&app, origin), &request).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn reset(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<ResetRequest>,
) -> Result<StatusCode, Failure> {
    resets::reset(&anybody(&app, origin), &app.identity, request).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(SignedIn(ctx): SignedIn) -> Result<Response, Failure> {
    let (body, cookie): (LogoutBody, String) = sessions::logout(&ctx).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

fn with_cookie(cookie: &str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

async fn introspect(SignedIn(ctx): SignedIn) -> Result<Json<Introspection>, Failure> {
    Ok(Json(sessions::introspect(&ctx)?))
}

async fn own_session(SignedIn(ctx): SignedIn) -> Result<Json<OwnSession>, Failure> {
    Ok(Json(sessions::own_session(&ctx)?))
}

async fn session(
    SignedIn(ctx): SignedIn,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<SessionBody>, Response> {
    let text = path.get("id").map(String::as_str).unwrap_or_default();
    let id: Uuid = text.parse().map_err(|_| {
        body::answer(StatusCode::BAD_REQUEST, "Invalid URL: the session id must be a UUID", "path")
    })?;
    sessions::session(&ctx, id).await.map(Json).map_err(|error| Failure(error).into_response())
}

async fn rotate_keys(State(app): State<App>, SignedIn(ctx): SignedIn) -> Result<StatusCode, Failure> {
    sessions::rotate_keys(&ctx, &app.identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The public keys with which others verify session tokens. May be kept for a minute: a new key is published before it
/// signs anything that lives longer.
pub(super) async fn jwks(State(app): State<App>) -> Response {
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"))];
    (cache, Json(sessions::jwks(&app.identity))).into_response()
}
