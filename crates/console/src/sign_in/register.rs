//! Making an account.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::{is_signed_in, lacking, say, told};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "sign_in/register.html")]
struct Page<'p> {
    frame: Frame<'p>,
    next: &'p str,
    name: &'p str,
    email: &'p str,
    login: String,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/register", get(ask).post(carry_out))
}

async fn ask(State(console): State<Console>, visitor: Visitor) -> Response {
    let next = visitor.query("next");
    let next = page::safe_next(next.as_deref());
    if is_signed_in(&console, &visitor).await {
        return page::go(next, None);
    }
    let config = console.api.send(&visitor, Method::GET, "/auth/public-config", None).await.body;
    if config["signup_enabled"] != true {
        let text = visitor.words.say("register-off");
        return say(&visitor, StatusCode::FORBIDDEN, "register-off", text, &[("/login", "to-sign-in")]);
    }
    show(&visitor, next, ("", ""), None)
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, next) = (&filled.visitor, page::safe_next(Some(filled.text("next"))));
    let typed = (filled.text("name"), filled.text("email"));
    if filled.raw("password") != filled.raw("again") {
        return show(visitor, next, typed, Some(&lacking(visitor.words, "password-differs")));
    }
    let body = json!({ "name": typed.0, "email": typed.1, "password": filled.raw("password") });
    let sent = console.api.send(visitor, Method::POST, "/auth/signup", Some(body)).await;
    if !sent.status.is_success() {
        return show(visitor, next, typed, Some(&sent.refusal()));
    }
    let text = visitor.words.tell("register-done", &[("email", typed.1)]);
    let leads = [(address::sign_in(next), "to-sign-in"), ("/verify-email".to_owned(), "to-resend")];
    let leads = leads.each_ref().map(|(href, key)| (href.as_str(), *key));
    say(visitor, StatusCode::OK, "register-done", text, &leads)
}

fn show(visitor: &Visitor, next: &str, typed: (&str, &str), refusal: Option<&Refusal>) -> Response {
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("register-title")),
        next,
        name: typed.0,
        email: typed.1,
        login: address::sign_in(next),
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
