//! Setting a new password by a link.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::{lacking, say, told};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "sign_in/reset.html")]
struct Page<'p> {
    frame: Frame<'p>,
    token: &'p str,
    refusal: Option<String>,
    over: bool,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/reset-password", get(ask).post(carry_out))
}

async fn ask(visitor: Visitor) -> Response {
    match visitor.query("token") {
        Some(token) => show(&visitor, &token, None),
        None => page::go("/forgot-password", None),
    }
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, token) = (&filled.visitor, filled.text("token"));
    if filled.raw("password") != filled.raw("again") {
        return show(visitor, token, Some(&lacking(visitor.words, "password-differs")));
    }
    let body = json!({
        "token": token,
        "password": filled.raw("password"),
        "confirm_password": filled.raw("again"),
    });
    let sent = console.api.send(visitor, Method::POST, "/auth/password/reset", Some(body)).await;
    if !sent.status.is_success() {
        return show(visitor, token, Some(&sent.refusal()));
    }
    let text = visitor.words.say("reset-done");
    say(visitor, StatusCode::OK, "reset-done", text, &[("/login", "to-sign-in")])
}

fn show(visitor: &Visitor, token: &str, refusal: Option<&Refusal>) -> Response {
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("reset-title")),
        token,
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
        over: refusal.is_some_and(|refusal| refusal.code.starts_with("password_reset_token")),
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
