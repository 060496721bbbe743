//! `/auth/login/…` and `/auth/step-up`: the second step of a sign-in, signing in with a passkey, and proving oneself anew.

use atoll_base::ctx::Origin;
use atoll_identity::sessions::http::LoginBody;
use atoll_identity::sessions::steps::{
    self, PasskeyAnswer, PasskeyOptions, PasskeyOptionsRequest, SecondFactorRequest, StepUpRequest,
};
use axum::extract::{Extension, State};
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};
use utoipa::OpenApi;

use super::auth::{SignedIn, anybody, with_cookie};
use super::body::JsonBody;
use crate::app::App;
use crate::status::Failure;

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(second_factor, passkey_options, passkey_login, step_up, step_up_options))]
pub(super) struct Described;

/// These routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/auth/login/second-factor", post(second_factor))
        .route("/auth/login/passkey/options", post(passkey_options))
        .route("/auth/login/passkey", post(passkey_login))
        .route("/auth/step-up", post(step_up))
        .route("/auth/step-up/passkey/options", post(step_up_options))
}

/// Completes a sign-in that asked for a second factor.
#[utoipa::path(post, path = "/auth/login/second-factor", tag = "sign-in", security(()), request_body = SecondFactorRequest, responses((status = 200, description = "Signed in", body = LoginBody)))]
async fn second_factor(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<SecondFactorRequest>,
) -> Result<Response, Failure> {
    let (body, cookie) = steps::second_factor(&anybody(&app, origin), &app.identity, request).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

/// Says what a passkey is to sign.
#[utoipa::path(post, path = "/auth/login/passkey/options", tag = "sign-in", security(()), request_body = PasskeyOptionsRequest, responses((status = 200, description = "For `navigator.credentials.get`", body = PasskeyOptions)))]
async fn passkey_options(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(request): JsonBody<PasskeyOptionsRequest>,
) -> Result<Json<PasskeyOptions>, Failure> {
    Ok(Json(steps::passkey_options(&anybody(&app, origin), &app.identity, request).await?))
}

/// Signs in with nothing but a passkey.
#[utoipa::path(post, path = "/auth/login/passkey", tag = "sign-in", security(()), request_body = PasskeyAnswer, responses((status = 200, description = "Signed in", body = LoginBody)))]
async fn passkey_login(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    JsonBody(answer): JsonBody<PasskeyAnswer>,
) -> Result<Response, Failure> {
    let (body, cookie) = steps::passkey_login(&anybody(&app, origin), &app.identity, answer).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

/// Proves anew that it is you, before something that asks for it.
#[utoipa::path(post, path = "/auth/step-up", tag = "sessions", request_body = StepUpRequest, responses((status = 200, description = "A new token of the same session, also as a cookie", body = LoginBody)))]
async fn step_up(
    State(app): State<App>,
    SignedIn(ctx): SignedIn,
    JsonBody(request): JsonBody<StepUpRequest>,
) -> Result<Response, Failure> {
    let (body, cookie) = steps::raise(&ctx, &app.identity, request).await?;
    Ok(with_cookie(&cookie, Json(body)))
}

/// Says what one of your passkeys is to sign.
#[utoipa::path(post, path = "/auth/step-up/passkey/options", tag = "sessions", responses((status = 200, description = "For `navigator.credentials.get`", body = PasskeyOptions)))]
async fn step_up_options(
    State(app): State<App>,
    SignedIn(ctx): SignedIn,
) -> Result<Json<PasskeyOptions>, Failure> {
    Ok(Json(steps::step_up_options(&ctx, &app.identity).await?))
}
