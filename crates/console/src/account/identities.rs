//! Other providers that one signs in with.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::moment::Moment;
use super::{confirm, list, proved_lately, refused, text};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

const PATH: &str = "/account/identities";
const FIND: &str = "{ linkedIdentities { id provider email createdAt lastUsedAt usable } }";
const UNLINK: &str = "mutation($id: ID!) { unlinkIdentity(id: $id) }";

/// A linked identity as the list shows it.
struct Row {
    id: String,
    provider: String,
    email: String,
    since: Option<Moment>,
    used: Option<Moment>,
    usable: bool,
}

#[derive(Template)]
#[template(path = "account/identities.html")]
struct Page<'p> {
    frame: Frame<'p>,
    rows: Vec<Row>,
    /// Providers that are not linked: their names, and words to press.
    others: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/identity_leave.html")]
struct Leave<'p> {
    frame: Frame<'p>,
    title: String,
    label: String,
    href: &'p str,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route(PATH, get(ask))
        .route("/account/identities/link", post(link))
        .route("/account/identities/{id}/unlink", get(ask_to_unlink).post(unlink))
}

async fn rows(console: &Console, person: &Person) -> Result<Vec<Row>, Refusal> {
    let data = console.api.ask(&person.visitor, FIND, json!({})).await?;
    let row = |one: &Value| Row {
        id: text(&one["id"]),
        provider: text(&one["provider"]),
        email: text(&one["email"]),
        since: Moment::read(&one["createdAt"]),
        used: Moment::read(&one["lastUsedAt"]),
        usable: one["usable"] == true,
    };
    Ok(list(&data["linkedIdentities"]).iter().map(row).collect())
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    let rows = match rows(&console, &person).await {
        Ok(rows) => rows,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let config = console.api.send(&person.visitor, Method::GET, "/auth/public-config", None).await.body;
    let words = person.visitor.words;
    let providers = list(&config["oauth_providers"]).iter().filter_map(Value::as_str);
    let others = providers.filter(|name| !rows.iter().any(|row| row.provider == *name));
    let others = others.map(|name| (name.to_owned(), words.tell("identity-link", &[("provider", name)])));
    let others = others.collect();
    let page = Page { frame: Frame::of(&person, &words.say("identities")), rows, others };
    page::show(&person.visitor, &page)
}

/// Leads to the provider by a link: the forms of our pages lead nowhere else.
async fn link(State(console): State<Console>, filled: Filled) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let provider = filled.text("provider");
    let path = format!("/auth/oauth/{}/link", byte_serialize(provider.as_bytes()).collect::<String>());
    let sent =
        console.api.send(&person.visitor, Method::POST, &path, Some(json!({ "return_to": PATH }))).await;
    if !sent.status.is_success() {
        return Ok(refused(&person, &sent.refusal(), PATH));
    }
    let words = person.visitor.words;
    let title = words.tell("identity-link", &[("provider", provider)]);
    let page = Leave {
        frame: Frame::of(&person, &title),
        label: words.tell("identity-leave", &[("provider", provider)]),
        title: title.clone(),
        href: sent.body["authorization_url"].as_str().unwrap_or(PATH),
    };
    Ok(page::with_cookies(page::show(&person.visitor, &page), &sent.cookies))
}

async fn ask_to_unlink(
    State(console): State<Console>,
    person: Person,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    proved_lately(&console, &person).await?;
    let found = rows(&console, &person).await.unwrap_or_default();
    let Some(row) = found.into_iter().find(|row| row.id == id) else {
        return Ok(page::nothing_here(person.visitor).await);
    };
    let action = format!("{PATH}/{id}/unlink");
    Ok(confirm::ask(&person, "identity-unlink", &row.provider, &action, PATH))
}

async fn unlink(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    let answer = console.api.ask_all(&person.visitor, UNLINK, json!({ "id": id })).await;
    Ok(match answer.refusals.first() {
        None => page::with_cookies(page::go(PATH, Some("identity-unlinked")), &answer.cookies),
        Some(refusal) => refused(&person, refusal, PATH),
    })
}
