//! Finding things while one writes: what pickers of pages ask.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Console;
use crate::nouns::cell;
use crate::visitor::{Person, Visitor};

/// The most that is offered.
const MOST: usize = 12;

/// Where things are found.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/pick/{noun}", get(answer))
}

/// Something to choose.
#[derive(Serialize)]
struct Choice {
    id: String,
    name: String,
    hint: String,
}

/// How a noun is searched: the query, where its list is, whether the house searches itself.
fn question(noun: &str) -> Option<(&'static str, &'static str, bool)> {
    Some(match noun {
        "tenants" => (
            "query($q: String) { all: tenants(q: $q, limit: 12) { items { id name hint: alias } } }",
            "name",
            true,
        ),
        "entities" => (
            "query($q: String) { all: entities(q: $q, limit: 12) { items { id name hint: kind } } }",
            "name",
            true,
        ),
        "groups" => (
            "query($q: String) { all: groups(q: $q, limit: 12) { items { id name hint: groupType } } }",
            "name",
            true,
        ),
        "resources" => (
            "query($q: String) { all: resources(q: $q, limit: 12) { items { id name hint: kind } } }",
            "name",
            true,
        ),
        "roles" => (
            "query($q: String, $tenantId: ID) { all: roles(q: $q, tenantId: $tenantId, limit: 12) { items { id name hint: derivedKind } } }",
            "name",
            true,
        ),
        "actions" => (
            "query($tenantId: ID) { all: actions(tenantId: $tenantId, limit: 200) { items { id name hint: description } } }",
            "name",
            false,
        ),
        "profiles" => (
            "query($tenantId: ID) { all: profiles(tenantId: $tenantId, limit: 200) { items { id name: displayName hint: key } } }",
            "name",
            false,
        ),
        "webhooks" => (
            "query($tenantId: ID) { all: webhooks(tenantId: $tenantId, limit: 200) { items { id name hint: url } } }",
            "name",
            false,
        ),
        "blocks" => (
            "query($tenantId: ID) { all: permissionBlocks(tenantId: $tenantId, limit: 200) { items { id effect scopeMode objectKind objectType conditions actions { name } } } }",
            "",
            false,
        ),
        _ => return None,
    })
}

async fn answer(State(console): State<Console>, Path(noun): Path<String>, visitor: Visitor) -> Response {
    let Some((document, name, searches)) = question(&noun) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(person) = Person::of(&console, visitor).await else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let wanted = person.visitor.query("q").unwrap_or_default();
    let q = Some(&wanted).filter(|text| searches && !text.is_empty());
    // Whoever administers one tenant may ask about that one alone.
    let variables = json!({ "q": q, "tenantId": person.working_in() });
    let found = console.api.ask_all(&person.visitor, document, variables).await.data;
    let items = found["all"]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let choice = |item: &Value| Choice {
        id: item["id"].as_str().unwrap_or_default().to_owned(),
        name: match name {
            "" => cell::block(item, person.visitor.words),
            name => item[name].as_str().unwrap_or_default().to_owned(),
        },
        hint: item["hint"]
            .as_str()
            .map(|hint| cell::value_word(hint, person.visitor.words))
            .unwrap_or_default(),
    };
    let fits = |one: &Choice| searches || one.name.to_lowercase().contains(&wanted.to_lowercase());
    Json(items.iter().map(choice).filter(fits).take(MOST).collect::<Vec<_>>()).into_response()
}

/// Whether things of this noun can be found.
#[cfg(test)]
pub(crate) fn finds(noun: &str) -> bool {
    question(noun).is_some()
}
