//! The language of the pages.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use axum::routing::post;

use crate::Console;
use crate::filled::Filled;
use crate::page;
use crate::words::Language;

/// A year.
const LIFE_SECS: u32 = 365 * 24 * 60 * 60;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/language", post(choose))
}

async fn choose(State(console): State<Console>, filled: Filled) -> Response {
    let response = page::go(page::safe_next(Some(filled.text("next"))), None);
    let Some(language) = Language::named(filled.text("language")) else { return response };
    let safe = if console.ground.settings().cookie_secure() { "; Secure" } else { "" };
    let cookie =
        format!("atoll_language={}; Path=/; SameSite=Lax; Max-Age={LIFE_SECS}{safe}", language.tag());
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => page::with_cookies(response, &[cookie]),
        Err(_) => response,
    }
}
