//! What browsers load beside pages: styles, scripts and pictures.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// Changes with every change of what is here.
pub(crate) const VERSION: &str = env!("ATOLL_ASSETS_VERSION");

/// It can be kept for a year: pages ask for another version when there is one.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        ($name, $kind, include_bytes!(concat!(env!("OUT_DIR"), "/assets/", $name)).as_slice())
    };
}

/// Everything, with its media type.
const ALL: [(&str, &str, &[u8]); 7] = [
    asset!("console.css", "text/css; charset=utf-8"),
    asset!("early.js", "text/javascript; charset=utf-8"),
    asset!("console.js", "text/javascript; charset=utf-8"),
    asset!("playground.css", "text/css; charset=utf-8"),
    asset!("playground.js", "text/javascript; charset=utf-8"),
    asset!("icons.svg", "image/svg+xml"),
    asset!("mark.svg", "image/svg+xml"),
];

/// Where they are.
pub(crate) fn routes() -> Router {
    ALL.into_iter().fold(Router::new(), |routes, (name, kind, bytes)| {
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, KEEP)];
        routes.route(&format!("/assets/{name}"), get(async move || (headers, bytes).into_response()))
    })
}
