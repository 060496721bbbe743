//! The HTTP door.

mod audit;
mod auth;
mod authzen;
mod body;
pub(crate) mod caller;
mod certs;
mod custom;
mod federation;
mod graphql;
mod headers;
mod limits;
mod oauth;
pub(crate) mod openapi;
mod origin;
mod probes;
mod scim;
mod steps;
mod watch;

use std::time::Duration;

use atoll_base::settings::Settings;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::fresh;

#[cfg(feature = "testing")]
pub use authzen::authzen_request;
pub use openapi::document;
pub(crate) use origin::client;

/// The longest that reading and answering one request may take.
const LONGEST: Duration = Duration::from_secs(60);

/// Every route: those that programs ask, and pages.
pub fn router(app: App) -> Router {
    let api = api(app.clone());
    // Pages are asked for like anything else, and ask the other routes themselves.
    let pages =
        around(&app, atoll_console::routes(api.clone(), app.ground.clone(), app.health.watch_stopping()));
    api.merge(pages)
}

/// Every route that programs ask.
pub fn api(app: App) -> Router {
    let settings = app.ground.settings();
    let graphql = Router::new().route("/graphql", post(graphql::answer));
    let mut routes = bounded(graphql, settings.graphql_body_limit_bytes)
        .route("/health", get(probes::ready))
        .route("/health/live", get(probes::live))
        .route("/health/ready", get(probes::ready))
        .route("/.well-known/jwks.json", get(auth::jwks))
        .route("/access/v1/watch", get(watch::answer))
        .route("/api/custom/{*path}", any(custom::answer))
        .route(oauth::METADATA, get(oauth::metadata))
        .route("/openapi.json", get(openapi::answer))
        .merge(bounded(oauth::routes(), settings.auth_body_limit_bytes))
        .route("/audit/v1/export", get(audit::export))
        .merge(bounded(auth::routes(), settings.auth_body_limit_bytes))
        .merge(bounded(federation::routes(), settings.auth_body_limit_bytes))
        .merge(bounded(certs::routes(), certs::MOST_BYTES))
        .merge(bounded(steps::routes(), settings.auth_body_limit_bytes))
        .merge(bounded(scim::routes(), scim::MOST_BYTES))
        .merge(bounded(authzen::routes(), settings.graphql_body_limit_bytes));
    if settings.metrics_enabled {
        routes = routes.route("/metrics", get(probes::metrics));
    }
    around(&app, routes.with_state(app.clone()))
}

/// What is done around every route. One layer: the router wraps every route in a box for each layer it is given.
fn around(app: &App, routes: Router) -> Router {
    let settings = app.ground.settings();
    let around = ServiceBuilder::new()
        .map_response(headers::secure(settings))
        .layer(cors(settings))
        .layer(middleware::from_fn_with_state(app.clone(), origin::attach))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| panicked()));
    routes.layer(around)
}

/// Routes that take bodies of at most so many bytes: what says it is larger is refused at once, what turns out to be
/// larger when it is.
fn bounded(routes: Router<App>, limit: usize) -> Router<App> {
    let refuse = move |request, next| body::refuse_larger(limit, request, next);
    routes.layer(DefaultBodyLimit::max(limit)).layer(middleware::from_fn(refuse))
}

fn panicked() -> Response {
    tracing::error!("a handler panicked");
    let body = axum::Json(serde_json::json!({ "error": "internal error", "code": "internal" }));
    (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
}

fn cors(settings: &Settings) -> CorsLayer {
    let origins = settings.allowed_origins();
    let origins = origins.iter().filter_map(|origin| origin.as_str().parse().ok());
    CorsLayer::new()
        .allow_credentials(true)
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            HeaderName::from_static(fresh::AT_LEAST),
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static(fresh::REVISION),
            header::RETRY_AFTER,
        ])
        .max_age(Duration::from_secs(600))
}
