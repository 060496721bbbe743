//! A password was forgotten.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::{say, told};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "sign_in/forgot.html")]
struct Page<'p> {
    frame: Frame<'p>,
    email: &'p str,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/forgot-password", get(ask).post(carry_out))
}

async fn ask(visitor: Visitor) -> Response {
    show(&visitor, "", None)
}

/// Whether there is such an account is not said.
async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, email) = (&filled.visitor, filled.text("email"));
    let body = json!({ "email": email });
    let sent = console.api.send(visitor, Method::POST, "/auth/password/reset/request", Some(body)).await;
    if !sent.status.is_success() {
        return show(visitor, email, Some(&sent.refusal()));
    }
    let text = visitor.words.tell("forgot-done", &[("email", email)]);
    say(visitor, StatusCode::OK, "forgot-done", text, &[("/login", "to-sign-in")])
}

fn show(visitor: &Visitor, email: &str, refusal: Option<&Refusal>) -> Response {
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("forgot-title")),
        email,
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
