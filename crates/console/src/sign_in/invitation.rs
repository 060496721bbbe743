//! Accepting an invitation by the link of a mail.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::{say, told};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::{Person, Visitor};

const ACCEPT: &str = "mutation($token: String!) { acceptTenantInvitationToken(input: { token: $token }) }";

#[derive(Template)]
#[template(path = "sign_in/invitation.html")]
struct Page<'p> {
    frame: Frame<'p>,
    token: &'p str,
    /// Who would accept; none: nobody is signed in.
    who: Option<String>,
    login: String,
    register: Option<String>,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/invitations/accept", get(ask).post(carry_out))
}

async fn ask(State(console): State<Console>, visitor: Visitor) -> Response {
    let Some(token) = visitor.query("token") else {
        let text = visitor.words.say("invitation-broken");
        let leads = [("/account/invitations", "to-invitations")];
        return say(&visitor, StatusCode::BAD_REQUEST, "invitation-broken", text, &leads);
    };
    show(&console, &visitor, &token, None).await
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Response {
    let (visitor, token) = (&filled.visitor, filled.text("token"));
    match console.api.ask(visitor, ACCEPT, json!({ "token": token })).await {
        Ok(_) => page::go("/account/access", Some("invitation-accepted")),
        Err(refusal) => show(&console, visitor, token, Some(&refusal)).await,
    }
}

async fn show(console: &Console, visitor: &Visitor, token: &str, refusal: Option<&Refusal>) -> Response {
    let who = Person::of(console, visitor.clone()).await.map(|person| person.name);
    let config = console.api.send(visitor, Method::GET, "/auth/public-config", None).await.body;
    let here = address::of("/invitations/accept", [("token", token)]);
    let page = Page {
        frame: Frame::bare(visitor, &visitor.words.say("invitation-title")),
        who: who.map(|name| visitor.words.tell("invitation-who", &[("name", name.as_str())])),
        login: address::sign_in(&here),
        register: Some(address::of("/register", [("next", here.as_str())]))
            .filter(|_| config["signup_enabled"] == true),
        token,
        refusal: refusal.map(|refusal| told(visitor.words, refusal)),
    };
    page::show_as(visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
