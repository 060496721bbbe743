//! Coming back from another provider.

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::{opened, say, told};
use crate::Console;
use crate::page;
use crate::visitor::Visitor;

/// What goes wrong at providers, as the door says it, and our words for it. Nothing else of an address is shown: anybody
/// can write one.
const WRONGS: [(&str, &str); 10] = [
    ("oauth provider error: access_denied", "callback-cancelled"),
    ("oauth provider cannot be reached", "callback-unreachable"),
    ("too many sign-ins are under way right now; please try again", "callback-too-many"),
    ("invalid oauth state", "callback-other-browser"),
    ("oauth email is not verified", "callback-unproved"),
    ("oauth provider did not return email", "callback-no-email"),
    ("entity is not active", "callback-not-active"),
    ("sign up is not enabled", "callback-no-account"),
    (
        "an account with this email address exists: please sign in to it and link the provider there",
        "callback-account-exists",
    ),
    ("this identity is linked to another account", "callback-linked-elsewhere"),
];

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/auth/callback", get(land))
}

async fn land(State(console): State<Console>, visitor: Visitor) -> Response {
    let return_to = visitor.query("return_to");
    let next = page::safe_next(return_to.as_deref());
    if visitor.query("linked").is_some() {
        return page::go("/account/identities", Some("identity-linked"));
    }
    let Some(code) = visitor.query("code") else {
        let text = visitor.words.say(wrong(visitor.query("error").as_deref()));
        return say(&visitor, StatusCode::FORBIDDEN, "callback", text, &[("/login", "to-sign-in")]);
    };
    let body = json!({ "code": code });
    let sent = console.api.send(&visitor, Method::POST, "/auth/oauth/exchange", Some(body)).await;
    match opened(&visitor, &sent, next) {
        Ok(response) => response,
        Err(refusal) => {
            let text = told(visitor.words, &refusal);
            say(&visitor, refusal.status(), "callback", text, &[("/login", "to-sign-in")])
        }
    }
}

/// Our words for what went wrong.
fn wrong(said: Option<&str>) -> &'static str {
    let known = WRONGS.iter().find(|(theirs, _)| Some(*theirs) == said);
    known.map_or("callback-failed", |(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_puts_words_on_our_pages() {
        assert_eq!(wrong(Some("oauth provider error: access_denied")), "callback-cancelled");
        assert_eq!(wrong(Some("please call this number")), "callback-failed");
        assert_eq!(wrong(None), "callback-failed");
    }
}
