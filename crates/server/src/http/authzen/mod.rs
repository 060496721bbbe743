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

use axum::routing::{get, post};
use axum::{Json, Router};

use crate::app::App;
use crate::status::Failure;

use asked::Asked;
use batch::Outcome;
use evaluate::Decision;
use request::Evaluation;
#[cfg(feature = "testing")]
pub use whole::authzen_request;

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

async fn evaluation(asked: Asked) -> Result<Json<Decision>, Failure> {
    let evaluation = Evaluation::read(&asked.body)?;
    Ok(Json(evaluate::decide(&asked.asker, &evaluation).await?))
}

async fn evaluations(asked: Asked) -> Result<Json<Outcome>, Failure> {
    Ok(Json(batch::decide(&asked.asker, &asked.body).await?))
}
