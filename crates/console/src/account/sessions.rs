//! Where one is signed in.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::moment::Moment;
use super::{confirm, device, list, refused, text};
use crate::Console;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;
use crate::words::Words;

const PATH: &str = "/account/sessions";
/// Sessions on a page.
const MOST: u64 = 50;
const FIND: &str = "query($limit: Int, $offset: Int) {
  sessions(limit: $limit, offset: $offset) {
    total items { id address userAgent createdAt expiresAt credentialKind current }
  }
}";
const FIND_ONE: &str = "query($id: ID!) { session(id: $id) { id userAgent current } }";
const END: &str = "mutation($id: ID!) { revokeSession(id: $id) }";
const END_OTHERS: &str = "mutation { revokeSessions }";

/// A session as the list shows it.
struct Row {
    id: String,
    device: String,
    address: String,
    by: String,
    since: Option<Moment>,
    until: Option<Moment>,
    current: bool,
}

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct Page<'p> {
    frame: Frame<'p>,
    rows: Vec<Row>,
    others: bool,
    next: Option<String>,
    first: bool,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route(PATH, get(ask))
        .route("/account/sessions/end-others", get(ask_to_end_others).post(end_others))
        .route("/account/sessions/{id}/end", get(ask_to_end).post(end))
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    let offset = person.visitor.query("offset").and_then(|offset| offset.parse::<u64>().ok()).unwrap_or(0);
    let variables = json!({ "limit": MOST, "offset": offset });
    let data = match console.api.ask(&person.visitor, FIND, variables).await {
        Ok(data) => data,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let words = person.visitor.words;
    let total = data["sessions"]["total"].as_u64().unwrap_or_default();
    let after = offset.saturating_add(MOST);
    let page = Page {
        frame: Frame::of(&person, &words.say("sessions")),
        rows: list(&data["sessions"]["items"]).iter().map(|one| row(one, words)).collect(),
        others: total > 1,
        next: (after < total).then(|| format!("{PATH}?offset={after}")),
        first: offset == 0,
    };
    page::show(&person.visitor, &page)
}

fn row(one: &Value, words: Words) -> Row {
    Row {
        id: text(&one["id"]),
        device: called(&text(&one["userAgent"]), words),
        address: text(&one["address"]),
        by: words.say(&format!("session-by-{}", text(&one["credentialKind"]).replace('_', "-"))),
        since: Moment::read(&one["createdAt"]),
        until: Moment::read(&one["expiresAt"]),
        current: one["current"] == true,
    }
}

/// The device in words.
fn called(user_agent: &str, words: Words) -> String {
    match device::known(user_agent) {
        (Some(program), Some(system)) => {
            words.tell("session-device", &[("program", program), ("system", system)])
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if user_agent.is_empty() => words.say("session-device-unknown"),
        (None, None) => user_agent.chars().take(60).collect(),
    }
}

async fn ask_to_end(State(console): State<Console>, person: Person, Path(id): Path<String>) -> Response {
    let data = match console.api.ask(&person.visitor, FIND_ONE, json!({ "id": id })).await {
        Ok(data) => data,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let session = &data["session"];
    let key = if session["current"] == true { "session-end-this" } else { "session-end" };
    let name = called(&text(&session["userAgent"]), person.visitor.words);
    confirm::ask(&person, key, &name, &format!("{PATH}/{id}/end"), PATH)
}

/// Whoever ends the session they are in is led to sign in by the list.
async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, END, json!({ "id": id })).await {
        Ok(_) => page::go(PATH, Some("session-ended")),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}

async fn ask_to_end_others(person: Person) -> Response {
    confirm::ask(&person, "sessions-end-others", "", "/account/sessions/end-others", PATH)
}

async fn end_others(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, END_OTHERS, json!({})).await {
        Ok(_) => page::go(PATH, Some("sessions-ended")),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}
