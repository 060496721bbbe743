//! Signing out.

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

use super::say;
use crate::Console;
use crate::filled::Filled;
use crate::page;
use crate::visitor::Visitor;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/logout", post(carry_out)).route("/signed-out", get(signed_out))
}

/// A session that has ended meanwhile is as good as one that ends now.
async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let sent = console.api.send(&filled.visitor, Method::POST, "/auth/logout", None).await;
    if sent.status.is_success() || sent.status == StatusCode::UNAUTHORIZED {
        return page::with_cookies(page::go("/signed-out", None), &sent.cookies);
    }
    let (visitor, refusal) = (&filled.visitor, sent.refusal());
    let text = super::told(visitor.words, &refusal);
    say(visitor, refusal.status(), "sign-out-failed", text, &[("/account", "account")])
}

async fn signed_out(visitor: Visitor) -> Response {
    let text = visitor.words.say("signed-out");
    say(&visitor, StatusCode::OK, "signed-out", text, &[("/login", "to-sign-in")])
}
