//! How fresh the answers to a request have to be.

use atoll_base::Error;

use crate::app::App;

/// The header, or metadata key, by which a request says how fresh its answers have to be: `latest`, or a revision token
/// that they have to hold at least.
pub(crate) const AT_LEAST: &str = "atoll-at-least";

/// The header, or metadata key, that says what a request has written.
pub(crate) const REVISION: &str = "atoll-revision";

/// Waits until this process is as fresh as the request wants it.
pub(crate) async fn wait(app: &App, wish: Option<&str>) -> Result<(), Error> {
    let decisions = app.ground.decisions();
    match wish {
        None => Ok(()),
        Some("latest") => decisions.catch_up().await,
        Some(token) => decisions.reach(&token.parse()?, atoll_base::decisions::AT_LEAST_PATIENCE).await,
    }
}
