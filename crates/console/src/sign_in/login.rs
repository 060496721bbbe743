//! Signing in with a password.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::{is_signed_in, opened, told};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "sign_in/login.html")]
struct Page<'p> {
    frame: Frame<'p>,
    next: String,
    identifier: String,
    tenant: String,
    refusal: Option<String>,
    unproved: bool,
    providers: Vec<(String, String)>,
    register: Option<String>,
}

/// What was typed, without the password.
#[derive(Default)]
struct Typed {
    next: String,
    identifier: String,
    tenant: String,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/login", get(ask).post(carry_out))
}

async fn ask(State(console): State<Console>, visitor: Visitor) -> Response {
    let next = page::safe_next(visitor.query("next").as_deref()).to_owned();
    if is_signed_in(&console, &visitor).await {
        return page::go(&next, None);
    }
    show(&console, &visitor, Typed { next, ..Typed::default() }, None).await
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let next = page::safe_next(Some(filled.text("next")));
    let tenant = filled.text("tenant");
    let body = json!({
        "identifier": filled.text("identifier"),
        "secret": filled.raw("password"),
        "tenant_alias": Some(tenant).filter(|tenant| !tenant.is_empty()),
    });
    let sent = console.api.send(&filled.visitor, Method::POST, "/auth/login", Some(body)).await;
    match opened(&filled.visitor, &sent, next) {
        Ok(response) => response,
        Err(refusal) => {
            let (next, identifier) = (next.to_owned(), filled.text("identifier").to_owned());
            let typed = Typed { next, identifier, tenant: tenant.to_owned() };
            show(&console, &filled.visitor, typed, Some(&refusal)).await
        }
    }
}

/// The page once more, after another way to sign in came to nothing.
pub(super) async fn again(console: &Console, visitor: &Visitor, next: &str, refusal: &Refusal) -> Response {
    show(console, visitor, Typed { next: next.to_owned(), ..Typed::default() }, Some(refusal)).await
}

async fn show(console: &Console, visitor: &Visitor, typed: Typed, refusal: Option<&Refusal>) -> Response {
    let config = console.api.send(visitor, Method::GET, "/auth/public-config", None).await.body;
    let providers = config["oauth_providers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let providers = providers.iter().filter_map(|provider| {
        let name = provider.as_str()?;
        let start = address::of(&format!("/auth/oauth/{name}/start"), [("return_to", typed.next.as_str())]);
        Some((visitor.words.tell("login-provider", &[("provider", name)]), start))
    });
    let register = address::of("/register", [("next", typed.next.as_str())]);
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("login-title")),
        providers: providers.collect(),
        register: Some(register).filter(|_| config["signup_enabled"] == true),
        unproved: refusal.is_some_and(|refusal| refusal.code == "sign_in.email_not_verified"),
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
        next: typed.next,
        identifier: typed.identifier,
        tenant: typed.tenant,
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
