//! Calling a custom endpoint to try it, as whoever is signed in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::cell::Cell;
use super::model::One;
use super::{find, show};
use crate::Console;
use crate::address;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

/// What came back.
struct Came {
    status: Cell,
    body: String,
    millis: u128,
}

#[derive(Template)]
#[template(path = "nouns/call.html")]
struct Page<'p> {
    frame: Frame<'p>,
    name: String,
    href: String,
    method: String,
    path: String,
    query: String,
    takes_body: bool,
    body: String,
    active: bool,
    error: Option<String>,
    came: Option<Came>,
}

/// What is sent along.
struct Call {
    query: String,
    body: String,
}

/// `GET /endpoints/{id}/call`.
pub(super) async fn ask(State(console): State<Console>, Path(id): Path<String>, person: Person) -> Response {
    let endpoint = match endpoint(&console, &person, &id).await {
        Ok(endpoint) => endpoint,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let body = if takes_body(&endpoint) { "{}".to_owned() } else { String::new() };
    show_page(&person, &id, &endpoint, Call { query: String::new(), body }, None, None)
}

/// `POST /endpoints/{id}/call`.
pub(super) async fn carry_out(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let endpoint = endpoint(&console, &person, &id).await;
    let endpoint = endpoint.map_err(|refusal| page::refused(&person, &refusal))?;
    let text = |name: &str| filled.text(name).to_owned();
    let call = Call { query: text("query"), body: text("body") };
    let method = endpoint["method"].as_str().and_then(|method| method.parse::<Method>().ok());
    let method = method.unwrap_or(Method::GET);
    let body = match (takes_body(&endpoint), serde_json::from_str::<Value>(&call.body)) {
        (false, _) => None,
        (true, Ok(body)) => Some(body),
        (true, Err(_)) => {
            let wrong = person.visitor.words.say("call-bad-body");
            return Ok(show_page(&person, &id, &endpoint, call, Some(wrong), None));
        }
    };
    let path = endpoint["path"].as_str().unwrap_or_default();
    // Written anew: what was filled in stays values of the query.
    let query = url::form_urlencoded::parse(call.query.as_bytes()).into_owned().collect::<Vec<_>>();
    let path = address::of(path, query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let begun = std::time::Instant::now();
    let sent = console.api.send(&person.visitor, method, &path, body).await;
    let came = Came {
        status: Cell::Badge {
            tone: if sent.status.is_success() { "badge-ok" } else { "badge-bad" },
            text: sent.status.to_string(),
        },
        body: serde_json::to_string_pretty(&sent.body).unwrap_or_default(),
        millis: begun.elapsed().as_millis(),
    };
    Ok(show_page(&person, &id, &endpoint, call, None, Some(came)))
}

async fn endpoint(console: &Console, person: &Person, id: &str) -> Result<Value, Refusal> {
    let one: Option<&'static One> = find("endpoints").and_then(|noun| noun.one.as_ref());
    match one {
        Some(one) => show::load(console, person, one, id).await,
        None => Ok(json!({})),
    }
}

fn takes_body(endpoint: &Value) -> bool {
    endpoint["method"] != "GET" && endpoint["method"] != "DELETE"
}

fn show_page(
    person: &Person,
    id: &str,
    endpoint: &Value,
    call: Call,
    error: Option<String>,
    came: Option<Came>,
) -> Response {
    let text = |name: &str| endpoint[name].as_str().unwrap_or_default().to_owned();
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let page = Page {
        frame: Frame::of(person, &person.visitor.words.say("link-call")),
        name: text("name"),
        href: format!("/endpoints/{id}"),
        method: text("method"),
        path: text("path"),
        query: call.query,
        takes_body: takes_body(endpoint),
        body: call.body,
        active: endpoint["status"] == "active",
        error,
        came,
    };
    page::show_as(&person.visitor, status, &page)
}
