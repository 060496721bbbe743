//! Proving an address.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use super::{say, told};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "sign_in/verify.html")]
struct Page<'p> {
    frame: Frame<'p>,
    token: Option<&'p str>,
    email: &'p str,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/verify-email", get(ask).post(carry_out))
        .route("/verify-email/resend", post(send_again))
}

/// Programs that look at mails open their links: only a person presses the button.
async fn ask(visitor: Visitor) -> Response {
    let token = visitor.query("token");
    show(&visitor, token.as_deref(), "", None)
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let visitor = &filled.visitor;
    let path = address::of("/auth/email/verify", [("token", filled.text("token"))]);
    let sent = console.api.send(visitor, Method::GET, &path, None).await;
    if !sent.status.is_success() {
        return show(visitor, None, "", Some(&sent.refusal()));
    }
    let text = visitor.words.say("verify-done");
    say(visitor, StatusCode::OK, "verify-done", text, &[("/login", "to-sign-in")])
}

async fn send_again(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, email) = (&filled.visitor, filled.text("email"));
    let body = json!({ "email": email });
    let sent = console.api.send(visitor, Method::POST, "/auth/email/resend", Some(body)).await;
    if !sent.status.is_success() {
        return show(visitor, None, email, Some(&sent.refusal()));
    }
    let text = visitor.words.tell("resend-done", &[("email", email)]);
    say(visitor, StatusCode::OK, "resend-done", text, &[("/login", "to-sign-in")])
}

fn show(visitor: &Visitor, token: Option<&str>, email: &str, refusal: Option<&Refusal>) -> Response {
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("verify-title")),
        token,
        email,
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
