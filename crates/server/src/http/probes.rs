//! Health and figures.

use std::net::SocketAddr;

use atoll_base::ctx::{May, Origin, Rule, Within};
use axum::Json;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::caller;
use crate::app::App;
use crate::status::Failure;

/// The process runs.
#[utoipa::path(get, path = "/health/live", operation_id = "live", tag = "health", security(()), responses((status = 200, description = "It lives", body = serde_json::Value)))]
pub(crate) async fn live() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// Every part works: 200, else 503; the same shape either way.
#[utoipa::path(get, path = "/health/ready", operation_id = "ready", tag = "health", security(()), responses((status = 200, description = "Ready", body = serde_json::Value), (status = 503, description = "Not ready", body = serde_json::Value)))]
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let report = app.health.report().await;
    let status = if report.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

/// Who may read figures from afar.
const READ: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

/// Figures in OpenMetrics text: for callers on this machine, for whoever may read the platform, or for everybody when the
/// settings say so.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "health", security(()), responses((status = 200, description = "Figures for Prometheus", content_type = "application/openmetrics-text", body = String)))]
pub(crate) async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let nearby = peer.ip().to_canonical().is_loopback()
        && origin.address.is_some_and(|address| address.to_canonical().is_loopback());
    if !app.ground.settings().metrics_public && !nearby {
        let ctx = caller::of(&app, &origin, &Method::GET, &headers).await?;
        ctx.require(&READ, &Within::<()>::platform())?;
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], app.ground.metrics().encode()).into_response())
}
