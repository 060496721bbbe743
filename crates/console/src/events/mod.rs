//! What happened: the ledger as a table and as a stream, each record with its difference, and whether the chain holds.

mod chain;
mod difference;
mod filters;
mod happened;
mod list;
mod live;
mod one;

use axum::Router;
use axum::routing::{get, post};

use crate::Console;
use crate::may::Need;

/// Who may read some of it: any of these.
pub(crate) const READS: &[Need] = &[Need::Tenant("read"), Need::Tenant("manage")];

/// The stream of the platform.
const PLATFORM: &str = "00000000-0000-0000-0000-000000000000";

/// The pages.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/events", get(list::page))
        .route("/events/live", get(live::stream))
        .route("/events/verify", post(chain::verify))
        .route("/events/{stream}/{revision}", get(one::page))
}
