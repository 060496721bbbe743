//! Asking for a role.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::access::PATH;
use super::refused;
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names;
use crate::page;
use crate::sign_in::{step_up, told};
use crate::visitor::Person;

const ASK: &str = "mutation($input: RequestAccessInput!) { requestAccess(input: $input) { id } }";

/// For how long one may ask, in seconds; empty: until it is taken away.
const TERMS: [(&str, &str); 6] = [
    ("3600", "access-term-hour"),
    ("28800", "access-term-shift"),
    ("86400", "access-term-day"),
    ("604800", "access-term-week"),
    ("2592000", "access-term-month"),
    ("", "access-term-open"),
];

/// What was typed.
struct Typed {
    role: String,
    reason: String,
    term: String,
}

#[derive(Template)]
#[template(path = "account/ask_role.html")]
struct Page<'p> {
    frame: Frame<'p>,
    typed: &'p Typed,
    role_name: String,
    terms: Vec<(&'static str, String)>,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/account/access/ask", get(ask).post(carry_out))
}

/// A role may be named in the address: pages of roles lead here.
async fn ask(State(console): State<Console>, person: Person) -> Response {
    let query = |name: &str| person.visitor.query(name).unwrap_or_default();
    let typed = Typed { role: query("role"), reason: query("reason"), term: "86400".to_owned() };
    show(&console, &person, &typed, None).await
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let of = |name: &str| filled.text(name).to_owned();
    let typed = Typed { role: of("role"), reason: of("reason"), term: of("term") };
    let input = json!({
        "roleId": typed.role,
        "reason": typed.reason,
        "lastsSecs": typed.term.parse::<i64>().ok(),
    });
    Ok(match console.api.ask(&person.visitor, ASK, json!({ "input": input })).await {
        Ok(_) => page::go(PATH, Some("access-asked")),
        Err(refusal) if step_up::wants_step_up(&refusal) => refused(&person, &refusal, PATH),
        Err(refusal) => show(&console, &person, &typed, Some(&refusal)).await,
    })
}

async fn show(console: &Console, person: &Person, typed: &Typed, refusal: Option<&Refusal>) -> Response {
    let words = person.visitor.words;
    let wanted = Some(("roles", typed.role.clone())).filter(|(_, id)| !id.is_empty());
    let names = names::of(console, &person.visitor, wanted).await;
    let page = Page {
        frame: Frame::of(person, &words.say("access-ask")),
        role_name: names.get("roles", &typed.role).unwrap_or(&typed.role).to_owned(),
        terms: TERMS.map(|(secs, key)| (secs, words.say(key))).to_vec(),
        typed,
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
