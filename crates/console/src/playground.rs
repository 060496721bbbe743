//! Trying the API out.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use crate::Console;
use crate::frame::Frame;
use crate::page;
use crate::visitor::Person;

/// Operations to begin with: a query, and variables where it has some.
const STARTERS: [(&str, &str); 6] = [
    (
        "# Who there is\nquery Entities($q: String) {\n  entities(q: $q, limit: 20) {\n    total\n    items { id name kind status tenantId }\n  }\n}",
        "{ \"q\": \"\" }",
    ),
    (
        "# What there is\nquery Resources {\n  resources(limit: 20) { total items { id name kind ownerId } }\n}",
        "",
    ),
    (
        "# May somebody?\nmutation Check($input: AuthzCheckInput!) {\n  authzCheck(input: $input) { allowed reason revision }\n}",
        "{ \"input\": { \"subjectId\": \"\", \"action\": \"read\", \"objectKind\": \"tenant\", \"objectId\": \"\" } }",
    ),
    (
        "# Why?\nmutation Explain($input: AuthzCheckInput!) {\n  authzExplain(input: $input) { allowed sentence turns considered }\n}",
        "{ \"input\": { \"subjectId\": \"\", \"action\": \"read\", \"objectKind\": \"tenant\", \"objectId\": \"\" } }",
    ),
    (
        "# A new tenant\nmutation CreateTenant($input: CreateTenantInput!) {\n  createTenant(input: $input) { id name }\n}",
        "{ \"input\": { \"name\": \"Example\" } }",
    ),
    (
        "# What happened\nquery Events {\n  auditLogs(limit: 20) { items { event outcome actorEntityId createdAt } nextCursor }\n}",
        "",
    ),
];

#[derive(Template)]
#[template(path = "playground.html")]
struct Page<'p> {
    frame: Frame<'p>,
    starters: String,
}

/// Where it is.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/playground", get(answer))
}

async fn answer(person: Person) -> Response {
    let starters = STARTERS.map(|(query, variables)| json!({ "query": query, "variables": variables }));
    let frame = Frame::of(&person, &person.visitor.words.say("nav-playground"));
    page::show(&person.visitor, &Page { frame, starters: json!(starters).to_string() })
}
