//! `/auth/oauth/…`: signing in with other OpenID providers.

use atoll_base::ctx::Origin;
use atoll_identity::federation::http::{
    self as federation, ExchangeRequest, LinkBody, LinkRequest, StartQuery,
};
use atoll_identity::federation::{Browser, CameBack, Started, come_back, start, start_linking};
use atoll_identity::sessions::http::LoginBody;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use utoipa::OpenApi;

use super::auth::{SignedIn, anybody, with_cookie};
use super::body::JsonBody;
use super::caller;
use crate::app::App;
use crate::status::Failure;

/// The description of these routes.
#[derive(OpenApi)]
#[openapi(paths(oauth_start, oauth_callback, oauth_exchange, oauth_link))]
pub(super) struct Described;

/// These routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/auth/oauth/{provider}/start", get(oauth_start))
        .route("/auth/oauth/{provider}/callback", get(oauth_callback))
        .route("/auth/oauth/{provider}/link", post(oauth_link))
        .route("/auth/oauth/exchange", post(oauth_exchange))
}

/// The secret of the browser that sent this.
fn browser(app: &App, headers: &HeaderMap) -> Option<Browser> {
    let name = Browser::cookie_name(app.ground.settings());
    caller::cookie_named(headers, name).as_deref().and_then(Browser::read)
}

fn elsewhere(location: &str) -> Response {
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match HeaderValue::from_str(location) {
        Ok(location) => {
            headers.insert(header::LOCATION, location);
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Leaves for a provider, to sign in there.
#[utoipa::path(get, path = "/auth/oauth/{provider}/start", tag = "sign-in", security(()), params(("provider" = String, Path, description = "Name of the provider"), StartQuery), responses((status = 307, description = "To the provider; a cookie tells this browser from others")))]
async fn oauth_start(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    Path(provider): Path<String>,
    Query(query): Query<StartQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (ctx, browser) = (anybody(&app, origin), browser(&app, &headers));
    let Started { location, cookie } =
        start(&ctx, &app.identity, &provider, query.return_to.as_deref(), browser).await?;
    Ok(with_cookie(&cookie, elsewhere(&location)))
}

/// Comes back from a provider.
#[utoipa::path(get, path = "/auth/oauth/{provider}/callback", tag = "sign-in", security(()), params(("provider" = String, Path, description = "Name of the provider"), CameBack), responses((status = 307, description = "To the page of the settings, with `code` or `linked`, or with `error`")))]
async fn oauth_callback(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    Path(provider): Path<String>,
    Query(query): Query<CameBack>,
    headers: HeaderMap,
) -> Response {
    let (ctx, browser) = (anybody(&app, origin), browser(&app, &headers));
    elsewhere(&come_back(&ctx, &app.identity, &provider, query, browser.as_ref()).await)
}

/// Exchanges the one-time code that a sign-in at a provider ended with. The cookie is set for a page of ours in the browser
/// that signed in.
#[utoipa::path(post, path = "/auth/oauth/exchange", tag = "sign-in", security(()), request_body = ExchangeRequest, responses((status = 200, description = "A session and its token", body = LoginBody)))]
async fn oauth_exchange(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<ExchangeRequest>,
) -> Result<Response, Failure> {
    let browser = browser(&app, &headers);
    let ours = caller::own_page(&headers, &app.ground.settings().allowed_origins());
    let (body, cookie) =
        federation::exchange(&anybody(&app, origin), &app.identity, request, browser.as_ref()).await?;
    Ok(match ours && browser.is_some() {
        true => with_cookie(&cookie, Json(body)),
        false => Json(body).into_response(),
    })
}

/// Leaves for a provider, to link it to your account. You have to have proved lately who you are.
#[utoipa::path(post, path = "/auth/oauth/{provider}/link", tag = "sessions", params(("provider" = String, Path, description = "Name of the provider")), request_body = LinkRequest, responses((status = 200, description = "Where to go; a cookie tells this browser from others", body = LinkBody)))]
async fn oauth_link(
    State(app): State<App>,
    SignedIn(ctx): SignedIn,
    Path(provider): Path<String>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<LinkRequest>,
) -> Result<Response, Failure> {
    let browser = browser(&app, &headers);
    let Started { location, cookie } =
        start_linking(&ctx, &app.identity, &provider, request.return_to.as_deref(), browser).await?;
    Ok(with_cookie(&cookie, Json(LinkBody { authorization_url: location })))
}
