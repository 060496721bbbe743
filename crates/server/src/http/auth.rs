//! `/auth/*` and the public keys.

use std::collections::HashMap;

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_identity::keys::Jwks;
use atoll_identity::resets::http::{self as resets, ResetRequest, ResetWish};
use atoll_identity::sessions::http::{
    self as sessions, CredentialBody, Introspection, LoginBody, LoginRequest, LogoutBody, OwnSession,
    PublicConfig, RevokedBody, SessionBody, SessionsBody,
};
use atoll_identity::sign_up::http::{self as sign_up, SignUpBody, SignUpRequest};
use atoll_identity::verification::http::{self as verification, ResendRequest, Verified, VerifyQuery};
use axum::extract::{Extension, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use utoipa::OpenApi;
use uuid::Uuid;

use super::body::{self, JsonBody};
use super::caller;
use crate::app::App;
use crate::status::Failure;

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(
    public_config,
    login,
    credential,
    signup,
    email_verify,
    email_resend,
    reset_wish,
    reset,
    refresh,
    logout,
    introspect,
    own_session,
    own_sessions,
    end_other_sessions,
    session,
    end_session,
    rotate_keys,
    jwks
))]
pub(super) struct Described;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/auth/public-config", get(public_config))
        .route("/auth/login", post(login))
        .route("/auth/credential", post(credential))
        .route("/auth/refresh", post(refresh))
        .route("/auth/signup", post(signup))
        .route("/auth/email/verify", get(email_verify))
        .route("/auth/email/resend", post(email_resend))
        .route("/auth/password/reset/request", post(reset_wish))
        .route("/auth/password/reset", post(reset))
        .route("/auth/logout", post(logout))
        .route("/auth/introspect", get(introspect))
        .route("/auth/session", get(own_session))
        .route("/auth/sessions", get(own_sessions).delete(end_other_sessions))
        .route("/auth/sessions/{id}", get(session).delete(end_session))
        .route("/auth/keys/rotate", post(rotate_keys))
}

/// A request that came with a proof of who sent it.
pub(super) struct SignedIn(pub(super) Ctx);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        let ctx = caller::of(app, &origin, &parts.method, &parts.headers).await?;
        ctx.signed_in()?;
        Ok(SignedIn(ctx))
    }
}

/// Says how people may sign in and sign up.
#[utoipa::path(get, path = "/auth/public-config", tag = "sign-in", security(()), responses((status = 200, description = "What is on", body = PublicConfig)))]
async fn public_config(State(app): State<App>) -> Json<PublicConfig> {
    Json(sessions::public_config(app.ground.settings()))
}

/// Signs in with a password or a shared key.
#[utoipa::path(post, path = "/auth/login", tag = "sign-in", security(()), request_body = LoginRequest, responses((status = 200, description = "A session and its token, also as a cookie", body = LoginBody)))]
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
pub(super) fn anybody(app: &App, origin: Origin) -> Ctx {
    Ctx::new(app.ground.clone(), Caller::Nobody, origin)
}

/// Makes an account for a person, who gets a mail to prove their address.
#[utoipa::path(post, path = "/auth/signup", tag = "sign-in", security(()), request_body = SignUpRequest, responses((status = 202, description = "A mail is on its way, whoever has the address", body = SignUpBody)))]
async fn signup(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<SignUpRequest>,
) -> Result<(StatusCode, Json<SignUpBody>), Failure> {
    let body = sign_up::signup(&anybody(&app, origin), &app.identity, request).await?;
    Ok((StatusCode::ACCEPTED, Json(body)))
}

/// Proves an address by the link that was sent to it.
#[utoipa::path(get, path = "/auth/email/verify", tag = "sign-in", security(()), params(VerifyQuery), responses((status = 200, description = "The address is proved", body = Verified), (status = 303, description = "To the page that asks a person first, where one opens the link in a browser"), (status = 400, description = "The token is missing, wrong or too old", content((super::openapi::Refusal = "application/json"), (String = "text/plain")))))]
async fn email_verify(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    uri: Uri,
    Query(query): Query<VerifyQuery>,
) -> Result<Response, Failure> {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") {
        let page = format!("/verify-email?{}", uri.query().unwrap_or_default());
        return Ok(Redirect::to(&page).into_response());
    }
    Ok(Json(verification::email_verify(&anybody(&app, origin), &query).await?).into_response())
}

/// Sends the link that proves an address again.
#[utoipa::path(post, path = "/auth/email/resend", tag = "sign-in", security(()), request_body = ResendRequest, responses((status = 202, description = "A mail is on its way if the address waits for one")))]
async fn email_resend(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<ResendRequest>,
) -> Result<StatusCode, Failure> {
    verification::resend(&anybody(&app, origin), &request).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sends a link to set a new password.
#[utoipa::path(post, path = "/auth/password/reset/request", tag = "sign-in", security(()), request_body = ResetWish, responses((status = 202, description = "A mail is on its way if there is such an account")))]
async fn reset_wish(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<ResetWish>,
) -> Result<StatusCode, Failure> {
    resets::reset_wish(&anybody(&app, origin), &request).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password by the link that was sent.
#[utoipa::path(post, path = "/auth/password/reset", tag = "sign-in", security(()), request_body = ResetRequest, responses((status = 204, description = "The password is changed, and every session ended")))]
async fn reset(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<ResetRequest>,
) -> Result<StatusCode, Failure> {
    resets::reset(&anybody(&app, origin), &app.identity, request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says whose password or shared key it is, without opening a session.
#[utoipa::path(post, path = "/auth/credential", tag = "sign-in", request_body = LoginRequest, responses((status = 200, description = "Whose secret it is", body = CredentialBody)))]
async fn credential(
    State(app): State<App>,
    SignedIn(ctx): SignedIn,
    JsonBody(request): JsonBody<LoginRequest>,
) -> Result<Json<CredentialBody>, Failure> {
    Ok(Json(sessions::credential(&ctx, &app.identity, request).await?))
}

/// Lets your session last anew.
#[utoipa::path(post, path = "/auth/refresh", tag = "sessions", responses((status = 200, description = "A new token of the same session, also as a cookie", body = LoginBody)))]
async fn refresh(State(app): State<App>, SignedIn(ctx): SignedIn) -> Result<Response, Failure> {
    let (body, cookie) = sessions::refresh(&ctx, &app.identity).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

/// Lists your sessions that have not ended.
#[utoipa::path(get, path = "/auth/sessions", tag = "sessions", responses((status = 200, description = "Your sessions", body = SessionsBody)))]
async fn own_sessions(SignedIn(ctx): SignedIn) -> Result<Json<SessionsBody>, Failure> {
    Ok(Json(sessions::sessions(&ctx).await?))
}

/// Ends all your sessions but the one you are in.
#[utoipa::path(delete, path = "/auth/sessions", tag = "sessions", responses((status = 200, description = "How many ended", body = RevokedBody)))]
async fn end_other_sessions(SignedIn(ctx): SignedIn) -> Result<Json<RevokedBody>, Failure> {
    Ok(Json(sessions::end_others(&ctx).await?))
}

/// Ends your session.
#[utoipa::path(post, path = "/auth/logout", tag = "sessions", responses((status = 200, description = "The cookie is taken away", body = LogoutBody)))]
async fn logout(SignedIn(ctx): SignedIn) -> Result<Response, Failure> {
    let (body, cookie): (LogoutBody, String) = sessions::logout(&ctx).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

pub(super) fn with_cookie(cookie: &str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// Says whose token this request came with.
#[utoipa::path(get, path = "/auth/introspect", tag = "sessions", responses((status = 200, description = "Whose token it is", body = Introspection)))]
async fn introspect(SignedIn(ctx): SignedIn) -> Result<Json<Introspection>, Failure> {
    Ok(Json(sessions::introspect(&ctx)?))
}

/// Says what session this request came with.
#[utoipa::path(get, path = "/auth/session", tag = "sessions", responses((status = 200, description = "Your session", body = OwnSession)))]
async fn own_session(SignedIn(ctx): SignedIn) -> Result<Json<OwnSession>, Failure> {
    Ok(Json(sessions::own_session(&ctx)?))
}

/// Shows a session: yours, or of an entity you may read.
#[utoipa::path(get, path = "/auth/sessions/{id}", tag = "sessions", params(("id" = Uuid, Path, description = "The session")), responses((status = 200, description = "The session", body = SessionBody)))]
async fn session(
    SignedIn(ctx): SignedIn,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<SessionBody>, Response> {
    let id = session_id(&path).ok_or_else(no_session_id)?;
    sessions::session(&ctx, id).await.map(Json).map_err(|error| Failure(error).into_response())
}

/// Ends a session: yours, or of an entity you manage.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "sessions", params(("id" = Uuid, Path, description = "The session")), responses((status = 204, description = "It ended")))]
async fn end_session(
    SignedIn(ctx): SignedIn,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, Response> {
    let id = session_id(&path).ok_or_else(no_session_id)?;
    sessions::end_session(&ctx, id).await.map_err(|error| Failure(error).into_response())?;
    Ok(StatusCode::NO_CONTENT)
}

fn session_id(path: &HashMap<String, String>) -> Option<Uuid> {
    path.get("id")?.parse().ok()
}

fn no_session_id() -> Response {
    body::answer(StatusCode::BAD_REQUEST, "Invalid URL: the session id must be a UUID", "path")
}

/// Makes a new key that signs from now on.
#[utoipa::path(post, path = "/auth/keys/rotate", tag = "keys", responses((status = 204, description = "There is a new key")))]
async fn rotate_keys(State(app): State<App>, SignedIn(ctx): SignedIn) -> Result<StatusCode, Failure> {
    sessions::rotate_keys(&ctx, &app.identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The public keys with which others verify session tokens. May be kept for a minute: a new key is published before it
/// signs anything that lives longer.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "keys", security(()), responses((status = 200, description = "The keys", body = Jwks)))]
pub(super) async fn jwks(State(app): State<App>) -> Response {
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"))];
    (cache, Json(sessions::jwks(&app.identity))).into_response()
}
