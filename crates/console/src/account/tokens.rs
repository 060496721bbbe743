//! Access tokens of one's own.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::moment::Moment;
use super::permissions::Permission;
use super::{confirm, list, refused, text};
use crate::Console;
use crate::api::Refusal;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;
use crate::words::Words;

pub(super) const PATH: &str = "/account/tokens";
/// Tokens on a page.
const MOST: u64 = 50;
const FIND: &str = "query($limit: Int, $offset: Int) {
  accessTokens(limit: $limit, offset: $offset) {
    total
    items {
      credentialId name description identifier status scoped createdAt expiresAt lastUsedAt
      permissions { actions scopeMode objectKind objectType objectId tenantId conditions }
    }
  }
}";
const REVOKE: &str = "mutation($id: ID!) { revokeAccessToken(credentialId: $id) }";

/// A token as the list shows it.
struct Row {
    id: String,
    name: String,
    description: String,
    identifier: String,
    active: bool,
    scoped: bool,
    permissions: Vec<String>,
    since: Option<Moment>,
    until: Option<Moment>,
    used: Option<Moment>,
}

#[derive(Template)]
#[template(path = "account/tokens.html")]
struct Page<'p> {
    frame: Frame<'p>,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
}

pub(super) fn routes() -> Router<Console> {
    Router::new().route(PATH, get(ask)).route("/account/tokens/{id}/revoke", get(ask_to_revoke).post(revoke))
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    let offset = person.visitor.query("offset").and_then(|offset| offset.parse::<u64>().ok()).unwrap_or(0);
    let variables = json!({ "limit": MOST, "offset": offset });
    let data = match console.api.ask(&person.visitor, FIND, variables).await {
        Ok(data) => data,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let (found, words) = (&data["accessTokens"], person.visitor.words);
    let after = offset.saturating_add(MOST);
    let page = Page {
        frame: Frame::of(&person, &words.say("tokens")),
        rows: list(&found["items"]).iter().map(|one| row(one, words)).collect(),
        next: found["total"]
            .as_u64()
            .filter(|total| after < *total)
            .map(|_| format!("{PATH}?offset={after}")),
        first: offset == 0,
    };
    page::show(&person.visitor, &page)
}

fn row(one: &Value, words: Words) -> Row {
    let permissions = list(&one["permissions"]).iter().map(|one| Permission::read(one).told(words));
    Row {
        id: text(&one["credentialId"]),
        name: text(&one["name"]),
        description: text(&one["description"]),
        identifier: text(&one["identifier"]),
        active: one["status"] == "active",
        scoped: one["scoped"] == true,
        permissions: permissions.collect(),
        since: Moment::read(&one["createdAt"]),
        until: Moment::read(&one["expiresAt"]),
        used: Moment::read(&one["lastUsedAt"]),
    }
}

/// One of them, wherever in the list it is.
pub(super) async fn find(console: &Console, person: &Person, id: &str) -> Result<Option<Value>, Refusal> {
    let mut offset = 0;
    loop {
        let variables = json!({ "limit": MOST, "offset": offset });
        let data = console.api.ask(&person.visitor, FIND, variables).await?;
        let items = list(&data["accessTokens"]["items"]);
        if let Some(found) = items.iter().find(|one| one["credentialId"] == id) {
            return Ok(Some(found.clone()));
        }
        offset += MOST;
        if items.is_empty() || data["accessTokens"]["total"].as_u64().is_none_or(|total| total <= offset) {
            return Ok(None);
        }
    }
}

async fn ask_to_revoke(State(console): State<Console>, person: Person, Path(id): Path<String>) -> Response {
    match find(&console, &person, &id).await {
        Ok(Some(token)) => {
            let name = text(&token["name"]);
            confirm::ask(&person, "token-revoke", &name, &format!("{PATH}/{id}/revoke"), PATH)
        }
        Ok(None) => page::nothing_here(person.visitor).await,
        Err(refusal) => page::refused(&person, &refusal),
    }
}

async fn revoke(
    State(console): State<Console>,
    Path(id): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, REVOKE, json!({ "id": id })).await {
        Ok(_) => page::go(PATH, Some("token-revoked")),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}
