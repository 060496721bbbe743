//! OpenID AuthZEN Authorization API 1.0: `/access/v1/…`, for all of Atoll and for each tenant.
//!
//! Everything is decided by [`atoll_access::check`] and [`atoll_access::search`]; here names become ids, and claims become
//! the context of conditions. `docs/authzen.md` says how the standard's words are read.

mod asked;
mod batch;
mod evaluate;
mod metadata;
mod names;
mod request;
mod scope;
mod search;
mod types;
#[cfg(feature = "testing")]
mod whole;

use atoll_base::decisions::RevisionToken;
use axum::http::HeaderName;
use axum::routing::{get, post};
use axum::{Json, Router};
use utoipa::OpenApi;

use crate::app::App;
use crate::fresh;
use crate::status::Failure;

use asked::Asked;
use batch::Outcome;
use evaluate::Decision;
use request::Evaluation;
#[cfg(feature = "testing")]
pub use whole::authzen_request;

/// The description of these routes at the root; those below a tenant are the same.
#[derive(OpenApi)]
#[openapi(paths(
    evaluation,
    evaluations,
    search::subject,
    search::resource,
    search::action,
    metadata::answer
))]
pub(super) struct Described;

/// Every path, at the root and below each tenant.
pub(super) fn routes() -> Router<App> {
    ["", "/tenants/{tenant}"].into_iter().fold(Router::new(), |routes, base| {
        let at = |path: &str| format!("{base}/access/v1/{path}");
        routes
            .route(&at("evaluation"), post(evaluation))
            .route(&at("evaluations"), post(evaluations))
            .route(&at("search/subject"), post(search::subject))
            .route(&at("search/resource"), post(search::resource))
            .route(&at("search/action"), post(search::action))
            .route(&format!("{}{base}", metadata::PATH), get(metadata::answer))
    })
}

/// AuthZEN: see docs/authzen.md.
#[utoipa::path(post, path = "/access/v1/evaluation", operation_id = "authzen_evaluation", tag = "access", request_body = serde_json::Value, responses((status = 200, description = "The decision", body = serde_json::Value)))]
async fn evaluation(asked: Asked) -> Result<Answered<Decision>, Failure> {
    let evaluation = Evaluation::read(&asked.body)?;
    let decision = evaluate::decide(&asked.asker, &evaluation).await?;
    Ok(answered(&decision.revision.clone(), decision))
}

/// AuthZEN: see docs/authzen.md.
#[utoipa::path(post, path = "/access/v1/evaluations", operation_id = "authzen_evaluations", tag = "access", request_body = serde_json::Value, responses((status = 200, description = "The decision", body = serde_json::Value)))]
async fn evaluations(asked: Asked) -> Result<Answered<Outcome>, Failure> {
    let outcome = batch::decide(&asked.asker, &asked.body).await?;
    Ok(answered(&outcome.revision(), outcome))
}

/// An answer with the revisions that it holds for, in a header.
type Answered<T> = ([(HeaderName, String); 1], Json<T>);

fn answered<T>(revision: &RevisionToken, answer: T) -> Answered<T> {
    ([(HeaderName::from_static(fresh::REVISION), revision.to_string())], Json(answer))
}
