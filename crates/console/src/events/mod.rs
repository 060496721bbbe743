//! What happened: the ledger as a table, and the state of the machine.

mod difference;
mod health;
mod list;

use axum::Router;
use axum::routing::get;

use crate::Console;

pub(crate) use list::READS;

/// The pages.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/events", get(list::page)).route("/health-status", get(health::page))
}
