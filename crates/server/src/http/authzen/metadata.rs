//! `GET /.well-known/authzen-configuration`: where everything is.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;

/// Where the standard wants it; a tenant's is below.
pub(super) const PATH: &str = "/.well-known/authzen-configuration";

/// The addresses, under the public address of the settings: the `Host` header is anybody's to choose. A tenant's are what
/// was asked for, whether there is such a tenant or not: strangers may read this.
#[utoipa::path(get, path = "/.well-known/authzen-configuration", operation_id = "authzen_configuration", tag = "access", security(()), responses((status = 200, description = "The addresses", body = serde_json::Value)))]
pub(super) async fn answer(State(app): State<App>, uri: Uri) -> Response {
    let tenant = uri.path().strip_prefix(PATH).unwrap_or_default();
    let base = format!("{}{tenant}", app.ground.settings().public_base_url.as_str());
    let body = json!({
        "policy_decision_point": base,
        "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
        "search_subject_endpoint": format!("{base}/access/v1/search/subject"),
        "search_resource_endpoint": format!("{base}/access/v1/search/resource"),
        "search_action_endpoint": format!("{base}/access/v1/search/action"),
    });
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    (cache, Json(body)).into_response()
}
