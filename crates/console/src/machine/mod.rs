//! The machine: how it is, and what is set.

mod health;
mod settings;

use axum::Router;
use axum::routing::get;

use crate::Console;

/// The pages.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/health-status", get(health::page)).route("/settings", get(settings::page))
}
