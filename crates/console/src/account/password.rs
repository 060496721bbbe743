//! Changing one's own password.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::proved_lately;
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::sign_in::{lacking, step_up, told};
use crate::visitor::Person;

const PATH: &str = "/account/password";
const CHANGE: &str =
    "mutation($current: String!, $new: String!) { changePassword(current: $current, new: $new) }";

#[derive(Template)]
#[template(path = "account/password.html")]
struct Page<'p> {
    frame: Frame<'p>,
    refusal: Option<String>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route(PATH, get(ask).post(carry_out))
}

async fn ask(State(console): State<Console>, person: Person) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    Ok(show(&person, None))
}

async fn carry_out(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    if filled.raw("password") != filled.raw("again") {
        return Ok(show(&person, Some(&lacking(person.visitor.words, "password-differs"))));
    }
    let variables = json!({ "current": filled.raw("current"), "new": filled.raw("password") });
    let answer = console.api.ask_all(&person.visitor, CHANGE, variables).await;
    Ok(match answer.refusals.first() {
        None => page::with_cookies(page::go("/account", Some("password-changed")), &answer.cookies),
        Some(refusal) if step_up::wants_step_up(refusal) => page::go(&step_up::to_step_up(PATH), None),
        Some(refusal) => show(&person, Some(refusal)),
    })
}

fn show(person: &Person, refusal: Option<&Refusal>) -> Response {
    let words = person.visitor.words;
    let page = Page {
        frame: Frame::of(person, &words.say("password-change")),
        refusal: refusal.map(|refusal| told(words, refusal)),
    };
    page::show_as(&person.visitor, refusal.map_or(StatusCode::OK, Refusal::status), &page)
}
