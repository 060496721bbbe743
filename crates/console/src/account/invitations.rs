//! Invitations that one was sent.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::moment::Moment;
use super::{confirm, list, refused, text};
use crate::Console;
use crate::filled::Filled;
use crate::frame::Frame;
use crate::names::{self, Names};
use crate::page;
use crate::visitor::Person;
use crate::words::Words;

const PATH: &str = "/account/invitations";
const FIND: &str = "{
  myTenantInvitations(limit: 100) {
    items { id tenantId invitedBy roleName createdAt expiresAt acceptedAt rejectedAt revokedAt }
  }
}";
const ACCEPT: &str = "mutation($tenant: ID!) { acceptTenantInvitation(tenantId: $tenant) }";
const REJECT: &str = "mutation($tenant: ID!) { rejectTenantInvitation(tenantId: $tenant) }";

/// An invitation as the list shows it.
struct Row {
    tenant: String,
    tenant_name: String,
    by: String,
    role: String,
    since: Option<Moment>,
    until: Option<Moment>,
    status: String,
    waits: bool,
}

#[derive(Template)]
#[template(path = "account/invitations.html")]
struct Page<'p> {
    frame: Frame<'p>,
    rows: Vec<Row>,
}

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route(PATH, get(ask))
        .route("/account/invitations/{tenant}/accept", post(accept))
        .route("/account/invitations/{tenant}/reject", get(ask_to_reject).post(reject))
}

async fn ask(State(console): State<Console>, person: Person) -> Response {
    let data = match console.api.ask(&person.visitor, FIND, json!({})).await {
        Ok(data) => data,
        Err(refusal) => return page::refused(&person, &refusal),
    };
    let found = list(&data["myTenantInvitations"]["items"]);
    let wanted = found
        .iter()
        .flat_map(|one| [("tenants", text(&one["tenantId"])), ("entities", text(&one["invitedBy"]))]);
    let names = names::of(&console, &person.visitor, wanted).await;
    let words = person.visitor.words;
    let page = Page {
        frame: Frame::of(&person, &words.say("invitations")),
        rows: found.iter().map(|one| row(one, &names, words)).collect(),
    };
    page::show(&person.visitor, &page)
}

fn row(one: &Value, names: &Names, words: Words) -> Row {
    let named = |noun: &'static str, id: &str| names.get(noun, id).unwrap_or(id).to_owned();
    let answered = [("acceptedAt", "accepted"), ("rejectedAt", "rejected"), ("revokedAt", "revoked")];
    let answered = answered.iter().find(|(at, _)| !one[*at].is_null()).map(|(_, status)| *status);
    let tenant = text(&one["tenantId"]);
    Row {
        tenant_name: named("tenants", &tenant),
        tenant,
        by: named("entities", &text(&one["invitedBy"])),
        role: text(&one["roleName"]),
        since: Moment::read(&one["createdAt"]),
        until: Moment::read(&one["expiresAt"]),
        status: words.say(&format!("invitation-status-{}", answered.unwrap_or("waiting"))),
        waits: answered.is_none(),
    }
}

async fn accept(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, ACCEPT, json!({ "tenant": tenant })).await {
        Ok(_) => page::go("/account/access", Some("invitation-accepted")),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}

async fn ask_to_reject(
    State(console): State<Console>,
    person: Person,
    Path(tenant): Path<String>,
) -> Response {
    let names = names::of(&console, &person.visitor, [("tenants", tenant.clone())]).await;
    let name = names.get("tenants", &tenant).unwrap_or(&tenant);
    confirm::ask(&person, "invitation-reject", name, &format!("{PATH}/{tenant}/reject"), PATH)
}

async fn reject(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    filled: Filled,
) -> Result<Response, Response> {
    let person = filled.sender(&console).await?;
    Ok(match console.api.ask(&person.visitor, REJECT, json!({ "tenant": tenant })).await {
        Ok(_) => page::go(PATH, Some("invitation-rejected")),
        Err(refusal) => refused(&person, &refusal, PATH),
    })
}
